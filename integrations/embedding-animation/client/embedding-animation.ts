/**
 * `<embedding-animation>`: plays the frames of a run in the `<img>` it finds inside itself.
 * The markup comes from `EmbeddingAnimation.astro`; without this script it is a picture.
 */
import { FrameLoader } from './frame-loader.ts';
import {
  DEFAULT_HOLD_SECONDS,
  DEFAULT_SECONDS_PER_FRAME,
  readFrames,
  readSeconds,
  type PlayerFrame,
} from './player-data.ts';

/** Share of the figure that must have been in view before it starts by itself. */
const STARTING_SHARE = 0.5;

class EmbeddingAnimationElement extends HTMLElement {
  #frames: readonly PlayerFrame[] = [];
  #loader = new FrameLoader([]);
  #index = 0;
  /** Whether it plays as soon as enough of it is in view; no longer once the reader has decided. */
  #startsItself = false;
  /** What is wanted; it happens only while any of the figure is in view. */
  #playing = false;
  #visible = false;
  /** Ends with the element's life in the page. */
  #life = new AbortController();
  /** Ends when anything else decides what is shown next. */
  #turn = new AbortController();

  connectedCallback(): void {
    this.#frames = readFrames(this.dataset['frames']);
    if (this.#frames.length < 2) return;
    this.#loader = new FrameLoader(this.#frames.map(({ src }) => src));
    this.#index = this.#frames.length - 1; // what the still shows
    this.#life = new AbortController();
    this.#takeOverPicture();
    this.#setPlaying(false);
    this.#startsItself = !prefersStillness();
    this.#listen(this.#life.signal);
  }

  disconnectedCallback(): void {
    this.#turn.abort();
    this.#life.abort();
  }

  /** A `<source>` that matches would win over `src`; and frames that are decoded must show at once. */
  #takeOverPicture(): void {
    for (const source of this.querySelectorAll('source')) source.remove();
    const image = this.querySelector('img');
    if (image !== null) image.decoding = 'sync';
  }

  #listen(signal: AbortSignal): void {
    const toggle = () => {
      this.#setPlaying(!this.#playing);
    };
    this.querySelector('button')?.addEventListener('click', toggle, { signal });
    this.querySelector('input')?.addEventListener('input', () => void this.#scrub(), { signal });
    const motion = matchMedia('(prefers-reduced-motion: reduce)');
    const rest = () => {
      if (motion.matches) this.#setPlaying(false);
    };
    motion.addEventListener('change', rest, { signal });
    this.#watchView(signal);
  }

  #watchView(signal: AbortSignal): void {
    const look = (entries: readonly IntersectionObserverEntry[]) => {
      const share = entries.at(-1)?.intersectionRatio ?? 0;
      const wasVisible = this.#visible;
      this.#visible = share > 0;
      if (this.#startsItself && share >= STARTING_SHARE) this.#setPlaying(true);
      else if (this.#visible !== wasVisible) this.#schedule();
    };
    const observer = new IntersectionObserver(look, { threshold: [0, STARTING_SHARE] });
    observer.observe(this);
    signal.addEventListener('abort', () => {
      observer.disconnect();
    });
  }

  #setPlaying(playing: boolean): void {
    this.#startsItself = false;
    this.#playing = playing;
    this.dataset['state'] = playing ? 'playing' : 'paused';
    const label = playing ? this.dataset['pause'] : this.dataset['play'];
    if (label !== undefined) this.querySelector('button')?.setAttribute('aria-label', label);
    this.#turn.abort();
    this.#schedule();
  }

  /** Sets the clock for the next frame; stops it while the picture is out of view. */
  #schedule(seconds = readSeconds(this.dataset['secondsPerFrame'], DEFAULT_SECONDS_PER_FRAME)): void {
    if (!this.#playing) return;
    this.#turn.abort();
    if (!this.#visible) return;
    const turn = new AbortController();
    this.#turn = turn;
    const timer = setTimeout(() => void this.#advance(turn.signal), seconds * 1000);
    turn.signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  }

  /** Shows the next frame as soon as it is decoded; until then the current one stays. */
  async #advance(turn: AbortSignal): Promise<void> {
    const next = (this.#index + 1) % this.#frames.length;
    const isLoaded = await this.#loader.load(next);
    if (turn.aborted) return;
    if (!isLoaded) {
      this.#setPlaying(false);
      return;
    }
    this.#show(next);
    const isLast = next === this.#frames.length - 1;
    this.#schedule(isLast ? readSeconds(this.dataset['holdSeconds'], DEFAULT_HOLD_SECONDS) : undefined);
    this.#loader.loadAhead(next);
  }

  /** Pauses, and shows the frame that the reader moved the scrubber to. */
  async #scrub(): Promise<void> {
    const wanted = this.querySelector('input')?.valueAsNumber ?? 0;
    this.#setPlaying(false);
    this.#describe(wanted);
    const turn = new AbortController();
    this.#turn = turn;
    const isLoaded = await this.#loader.load(wanted);
    if (!turn.signal.aborted) this.#show(isLoaded ? wanted : this.#index);
  }

  #show(index: number): void {
    this.#index = index;
    const image = this.querySelector('img');
    const frame = this.#frames[index];
    if (image !== null && frame !== undefined) image.src = frame.src;
    this.#describe(index);
  }

  #describe(index: number): void {
    const label = this.#frames[index]?.label ?? '';
    const scrubber = this.querySelector('input');
    if (scrubber !== null) scrubber.value = String(index);
    scrubber?.setAttribute('aria-valuetext', label);
    const readout = this.querySelector('.ea-readout');
    if (readout !== null) readout.textContent = label;
  }
}

/** Readers who asked for less motion, or for less data, start it themselves. */
function prefersStillness(): boolean {
  const connection: unknown = 'connection' in navigator ? navigator.connection : undefined;
  const savesData =
    typeof connection === 'object' &&
    connection !== null &&
    'saveData' in connection &&
    connection.saveData === true;
  return savesData || matchMedia('(prefers-reduced-motion: reduce)').matches;
}

if (customElements.get('embedding-animation') === undefined) {
  customElements.define('embedding-animation', EmbeddingAnimationElement);
}
