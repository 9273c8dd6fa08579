/**
 * `<embedding-animation>`: plays the frames of a run in the pictures it finds inside itself.
 * The markup comes from `EmbeddingAnimation.astro`; without this script it is a picture.
 */
import { openInDialog } from './enlarge.ts';
import { FrameLoader } from './frame-loader.ts';
import { Pictures } from './pictures.ts';
import { DEFAULT_HOLD_SECONDS, DEFAULT_SECONDS_PER_FRAME, readSeconds, readTexts } from './player-data.ts';

/** Share of the figure that must have been in view before it starts by itself. */
const STARTING_SHARE = 0.5;
/** How many frames are fetched before their turn while the animation plays. */
const FRAMES_AHEAD = 3;

class EmbeddingAnimationElement extends HTMLElement {
  /** What each frame shows, in a line. */
  #labels: readonly string[] = [];
  readonly #loader = new FrameLoader();
  readonly #pictures = new Pictures(this);
  /** The frame that is shown; before the first time, none. */
  #index = -1;
  /** Whether it plays as soon as enough of it is in view; no longer once the reader has decided. */
  #startsItself = false;
  /** What is wanted; it happens only while any of the figure is in view. */
  #playing = false;
  #visible = false;
  /** Whether it was said that frames are missing. */
  #hasComplained = false;
  /** Ends with the element's life in the page. */
  #life = new AbortController();
  /** Ends when anything else decides what is shown next. */
  #turn = new AbortController();

  connectedCallback(): void {
    this.#labels = readTexts(this.dataset['labels']);
    this.#life = new AbortController();
    openInDialog(this, this.#life.signal);
    if (this.#labels.length < 2) return;
    const isNew = this.#index === -1; // else the page has moved it, and it goes on as it was
    if (isNew) this.#index = this.#labels.length - 1; // what the still shows
    this.#pictures.decodeInTime();
    this.#visible = false;
    this.#setPlaying(!isNew && this.#playing);
    this.#startsItself = isNew && !prefersStillness();
    this.#listen(this.#life.signal);
  }

  disconnectedCallback(): void {
    this.#turn.abort();
    this.#life.abort();
  }

  #listen(signal: AbortSignal): void {
    const toggle = () => {
      this.#setPlaying(!this.#playing);
    };
    this.querySelector('.ea-toggle')?.addEventListener('click', toggle, { signal });
    this.querySelector('.ea-scrubber')?.addEventListener('input', () => void this.#scrub(), { signal });
    // CSS shows the other map, at the frame that is shown: what is fetched next is that map's.
    this.querySelector('.ea-maps')?.addEventListener(
      'change',
      () => {
        this.#schedule();
      },
      { signal },
    );
    const motion = matchMedia('(prefers-reduced-motion: reduce)');
    const rest = () => {
      if (motion.matches) this.#setPlaying(false);
    };
    motion.addEventListener('change', rest, { signal });
    this.#watchView(signal);
    this.#watchPrinting(signal);
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

  /** Paper gets the last frame, wherever playing stands. */
  #watchPrinting(signal: AbortSignal): void {
    const showLast = () => {
      this.#turn.abort();
      this.#pictures.show(this.#labels.length - 1);
      this.#pictures.fetchForPrint();
    };
    const goOn = () => {
      this.#pictures.fetchInView();
      this.#pictures.show(this.#index);
      this.#schedule();
    };
    addEventListener('beforeprint', showLast, { signal });
    addEventListener('afterprint', goOn, { signal });
  }

  #setPlaying(playing: boolean): void {
    this.#startsItself = false;
    this.#playing = playing;
    this.dataset['state'] = playing ? 'playing' : 'paused';
    const label = playing ? this.dataset['pause'] : this.dataset['play'];
    if (label !== undefined) this.querySelector('.ea-toggle')?.setAttribute('aria-label', label);
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

  /**
   * Shows the next frame as soon as it is decoded; until then the current one stays. One that can't be had is
   * passed over, and asked for again the next time round.
   */
  async #advance(turn: AbortSignal): Promise<void> {
    const count = this.#labels.length;
    for (let step = 1; step < count; step++) {
      const next = (this.#index + step) % count;
      const isLoaded = await this.#load(next);
      if (turn.aborted) return;
      if (!isLoaded) continue;
      this.#show(next);
      this.#schedule(next === count - 1 ? this.#holdSeconds : undefined);
      this.#loadAhead(next);
      return;
    }
    this.#schedule(Math.max(1, this.#holdSeconds)); // none came: the network may be back later
  }

  get #holdSeconds(): number {
    return readSeconds(this.dataset['holdSeconds'], DEFAULT_HOLD_SECONDS);
  }

  async #load(index: number): Promise<boolean> {
    const url = this.#pictures.urlOf(index);
    const isLoaded = await this.#loader.load(url);
    if (!isLoaded && !this.#hasComplained) {
      this.#hasComplained = true;
      console.warn(`<embedding-animation>: ${url} can't be loaded; frames that are missing are passed over.`);
    }
    return isLoaded;
  }

  /** Starts on the frames that follow `index`, round the loop. */
  #loadAhead(index: number): void {
    const count = this.#labels.length;
    for (let step = 1; step <= Math.min(FRAMES_AHEAD, count - 1); step++)
      void this.#load((index + step) % count);
  }

  /** Pauses, and shows the frame that the reader moved the scrubber to. */
  async #scrub(): Promise<void> {
    const wanted = this.querySelector<HTMLInputElement>('.ea-scrubber')?.valueAsNumber ?? 0;
    this.#setPlaying(false);
    this.#describe(wanted);
    const turn = new AbortController();
    this.#turn = turn;
    const isLoaded = await this.#load(wanted);
    if (!turn.signal.aborted) this.#show(isLoaded ? wanted : this.#index);
  }

  #show(index: number): void {
    this.#index = index;
    this.#pictures.show(index);
    this.#describe(index);
  }

  #describe(index: number): void {
    const label = this.#labels[index] ?? '';
    const scrubber = this.querySelector<HTMLInputElement>('.ea-scrubber');
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
