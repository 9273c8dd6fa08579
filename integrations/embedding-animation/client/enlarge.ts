/** The picture as large as the window: a dialog that plays on, opened by the link around the picture. */

/**
 * Makes clicks on the links around the pictures below `player` open the dialog; those for a new tab or window stay with
 * the browser.
 */
export function openInDialog(player: HTMLElement, signal: AbortSignal): void {
  for (const link of listLinks(player)) {
    link.setAttribute('aria-haspopup', 'dialog');
    const open = (event: MouseEvent) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      showDialog(player, signal);
    };
    link.addEventListener('click', open, { signal });
  }
}

/** The links around the pictures, one a map. */
function listLinks(player: HTMLElement): HTMLAnchorElement[] {
  return Array.from(player.querySelectorAll<HTMLAnchorElement>('a.ea-enlarge'));
}

function showDialog(player: HTMLElement, signal: AbortSignal): void {
  const dialog = document.createElement('dialog');
  dialog.className = 'ea-dialog';
  dialog.setAttribute('aria-label', player.dataset['title'] ?? '');
  const stage = document.createElement('div');
  stage.className = 'ea-stage';
  stage.append(...listLinks(player).map(copyPictures));
  const bar = document.createElement('div');
  bar.className = 'ea-bar';
  const close = makeCloseButton(player.dataset['close'] ?? '');
  const putBack = [borrow(player, '.ea-maps', bar), borrow(player, '.ea-controls', bar)];
  bar.append(close);
  dialog.append(stage, bar);
  player.append(dialog);

  const life = new AbortController();
  const end = () => {
    if (life.signal.aborted) return;
    life.abort();
    for (const put of putBack) put();
    dialog.remove();
    const seen = listLinks(player).find((link) => link.getClientRects().length > 0);
    seen?.focus({ preventScroll: true });
  };
  const leave = () => {
    dialog.close();
  };
  close.addEventListener('click', leave);
  // Enter at the choice of a map would send its form, and so close the dialog.
  const stay = (event: SubmitEvent) => {
    event.preventDefault();
  };
  dialog.addEventListener('submit', stay);
  // Beside the picture is outside, as readers see it.
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog || target === stage) leave();
  });
  dialog.addEventListener('close', end);
  signal.addEventListener('abort', end, { signal: life.signal });
  dialog.showModal();
  close.focus({ preventScroll: true });
}

/** A map's pictures without their link, in a box that is seen where the map is. */
function copyPictures(link: HTMLAnchorElement): HTMLElement {
  const box = document.createElement('div');
  box.className = link.parentElement?.className ?? '';
  box.append(...Array.from(link.querySelectorAll('picture'), (picture) => picture.cloneNode(true)));
  return box;
}

/** Moves a part of the player into `bar`; an empty place of its size keeps the page from moving. */
function borrow(player: HTMLElement, selector: string, bar: HTMLElement): () => void {
  const part = player.querySelector<HTMLElement>(selector);
  if (part === null) return () => undefined;
  const place = document.createElement('div');
  place.className = part.className;
  place.style.blockSize = `${part.offsetHeight}px`;
  part.replaceWith(place);
  bar.append(part);
  return () => {
    place.replaceWith(part);
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
