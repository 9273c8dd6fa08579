/** Frames fetched when they are wanted, and only once. */

/** Fetches and decodes pictures so that showing them takes no time. Keeps them for as long as it lives. */
export class FrameLoader {
  readonly #pictures = new Map<string, Promise<boolean>>();
  /** What was decoded stays within the browser's reach: it need not fetch again what it is about to show. */
  readonly #decoded: HTMLImageElement[] = [];

  /** Whether the picture at `url` is there now: waits for it; false when it can't be had. A later call tries again. */
  load(url: string): Promise<boolean> {
    const known = this.#pictures.get(url);
    if (known !== undefined) return known;
    const picture = this.#decode(url).catch(() => {
      this.#pictures.delete(url);
      return false;
    });
    this.#pictures.set(url, picture);
    return picture;
  }

  async #decode(url: string): Promise<boolean> {
    const image = new Image();
    image.src = url;
    await image.decode();
    this.#decoded.push(image);
    return true;
  }
}
