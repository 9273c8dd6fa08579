/** Frames fetched when they are wanted, and only once. */

/** How many frames are fetched before their turn while the animation plays. */
const FRAMES_AHEAD = 3;

/** Fetches and decodes pictures so that showing them takes no time. Keeps them for as long as it lives. */
export class FrameLoader {
  readonly #urls: readonly string[];
  readonly #pictures = new Map<number, Promise<boolean>>();

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  /** Whether picture `index` is there now: waits for it; false when it can't be had. A later call tries again. */
  load(index: number): Promise<boolean> {
    const known = this.#pictures.get(index);
    if (known !== undefined) return known;
    const picture = this.#decode(index).catch(() => {
      this.#pictures.delete(index);
      return false;
    });
    this.#pictures.set(index, picture);
    return picture;
  }

  /** Starts on the frames that follow `index`, round the loop. */
  loadAhead(index: number): void {
    for (let i = 1; i <= FRAMES_AHEAD; i++) void this.load((index + i) % this.#urls.length);
  }

  async #decode(index: number): Promise<boolean> {
    const image = new Image();
    image.src = this.#urls[index] ?? '';
    await image.decode();
    return true;
  }
}
