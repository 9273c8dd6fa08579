/**
 * The pictures in the markup: of each map one `<picture>` a theme, each with a source for phones. CSS and media queries
 * decide which of them the reader sees, and may decide otherwise at any time; so every one is given each frame, and the
 * browser fetches the one that is seen.
 */
import { readTexts } from './player-data.ts';

/** An `<img>` or a `<source>` with the addresses of its frames. */
interface Slot {
  readonly element: HTMLImageElement | HTMLSourceElement;
  readonly urls: readonly string[];
}

/** The frames of the pictures below `root`. */
export class Pictures {
  readonly #root: HTMLElement;
  readonly #urls = new WeakMap<Element, readonly string[]>();

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** The address of a frame of the picture that the reader sees; empty where there is none. */
  urlOf(index: number): string {
    return this.#seenSlot()?.urls[index] ?? '';
  }

  /** Shows a frame: it should have been fetched. */
  show(index: number): void {
    for (const { element, urls } of this.#slots()) {
      const url = urls[index];
      if (url === undefined) continue;
      if (element instanceof HTMLImageElement) setChanged(element, 'src', url);
      else setChanged(element, 'srcset', url);
    }
  }

  /** Frames that are decoded show at once from now on. */
  decodeInTime(): void {
    for (const image of this.#images()) image.decoding = 'sync';
  }

  /**
   * Has the picture that is printed, the first of the map that is seen, fetched even where the reader never scrolled to
   * it.
   */
  fetchForPrint(): void {
    const image = this.#seenPicture()?.parentElement?.querySelector<HTMLImageElement>('img[data-frames]');
    if (image) image.loading = 'eager';
  }

  /** Has pictures fetched when they come into view. */
  fetchInView(): void {
    for (const image of this.#images()) image.loading = 'lazy';
  }

  #images(): HTMLImageElement[] {
    return Array.from(this.#root.querySelectorAll<HTMLImageElement>('img[data-frames]'));
  }

  #slots(within: ParentNode = this.#root): Slot[] {
    const elements = within.querySelectorAll<Slot['element']>('img[data-frames], source[data-frames]');
    return Array.from(elements, (element) => ({ element, urls: this.#readUrls(element) }));
  }

  #seenPicture(): HTMLPictureElement | undefined {
    const pictures = Array.from(this.#root.querySelectorAll('picture'));
    return pictures.find((picture) => picture.getClientRects().length > 0) ?? pictures[0];
  }

  #seenSlot(): Slot | undefined {
    const seen = this.#seenPicture();
    if (seen === undefined) return undefined;
    const slots = this.#slots(seen);
    return slots.find(
      ({ element }) => element instanceof HTMLImageElement || matchMedia(element.media).matches,
    );
  }

  #readUrls(element: HTMLElement): readonly string[] {
    const known = this.#urls.get(element) ?? readTexts(element.dataset['frames']);
    this.#urls.set(element, known);
    return known;
  }
}

/** Setting an attribute, even to what it is, makes the browser look for the picture again. */
function setChanged(element: Element, name: 'src' | 'srcset', url: string): void {
  if (element.getAttribute(name) !== url) element.setAttribute(name, url);
}
