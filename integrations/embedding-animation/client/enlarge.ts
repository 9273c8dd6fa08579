/** The picture as large as the window: a dialog that plays on, opened by the link around the picture. */

/** Makes clicks on `link` open the dialog inside `player`; those for a new tab or window stay with the browser. */
export function openInDialog(player: HTMLElement, link: HTMLAnchorElement, signal: AbortSignal): void {
  link.setAttribute('aria-haspopup', 'dialog');
  const open = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    showDialog(player, link, signal);
  };
  link.addEventListener('click', open, { signal });
}

function showDialog(player: HTMLElement, link: HTMLAnchorElement, signal: AbortSignal): void {
  const dialog = document.createElement('dialog');
  dialog.className = 'ea-dialog';
  dialog.setAttribute('aria-label', player.dataset['title'] ?? '');
  const stage = document.createElement('div');
  stage.className = 'ea-stage';
  stage.append(...Array.from(link.querySelectorAll('picture'), (picture) => picture.cloneNode(true)));
  const bar = document.createElement('div');
  bar.className = 'ea-bar';
  const close = makeCloseButton(player.dataset['close'] ?? '');
  const putBack = borrowControls(player, bar);
  bar.append(close);
  dialog.append(stage, bar);
  player.append(dialog);

  const life = new AbortController();
  const end = () => {
    if (life.signal.aborted) return;
    life.abort();
    putBack();
    dialog.remove();
    link.focus({ preventScroll: true });
  };
  const leave = () => {
    dialog.close();
  };
  close.addEventListener('click', leave);
  // Beside the picture is outside, as readers see it.
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog || target === stage) leave();
  });
  dialog.addEventListener('close', end);
  signal.addEventListener('abort', end, { signal: life.signal });
  dialog.showModal();
  close.focus({ preventScroll: true });
}

/** Moves the player's controls into `bar`; an empty place of their size keeps the page from moving. */
function borrowControls(player: HTMLElement, bar: HTMLElement): () => void {
  const controls = player.querySelector<HTMLElement>('.ea-controls');
  if (controls === null) return () => undefined;
  const place = document.createElement('div');
  place.className = 'ea-controls';
  place.style.blockSize = `${controls.offsetHeight}px`;
  controls.replaceWith(place);
  bar.append(controls);
  return () => {
    place.replaceWith(controls);
  };
}

function makeCloseButton(label: string): HTMLButtonElement {
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'ea-button ea-close';
  close.setAttribute('aria-label', label);
  close.textContent = '×';
  return close;
}
