/** One run as the engine knows it while its folder changes: what it says, what of it is finished, what is wrong. */
import { setTimeout as delay } from 'node:timers/promises';
import { findLatestRendering, readRendering } from '../artifacts/rendering-folder.ts';
import { explainError } from '../explain-error.ts';
import {
  locateRendering,
  renderingsFolder,
  renderRun,
  type RenderContext,
  type Rendering,
} from '../pipeline.ts';
import { openRun, type RunLocation, type RunSource } from '../run-source.ts';
import type { RunFailure } from './failures.ts';

/** A file that goes away is noticed before its loss is told. */
const NOTICE_MS = 400;

/** What is known of a run. */
export interface RunFacts {
  /** As it was opened last; `undefined` until that has gone well once. */
  readonly source: RunSource | undefined;
  /** Its finished files. */
  readonly rendering: Rendering | undefined;
  readonly failure: RunFailure | undefined;
}

/** A run that is opened and rendered once for each change of its folder. */
export interface TrackedRun {
  readonly id: string;
  /** What is known now; opens the run only where nothing is known. */
  facts(): Promise<RunFacts>;
  /** Opens the run, unless that has been done since the last change. A failure is among the facts. */
  open(): Promise<RunFacts>;
  /** Renders the run, unless it has been rendered, or has failed, since the last change. */
  render(): Promise<RunFacts>;
  /** Something is being written in its folder: what fails meanwhile may be only half there, and is not told. */
  touch(): void;
  /** Its folder has changed, and has come to rest. */
  outdate(): void;
}

/** How runs are tracked. */
export interface Tracking {
  readonly context: RenderContext;
  /**
   * Whether the last finished files stand in until there are new ones, and facts stay while they are read anew.
   * `astro dev` shows what there is; a build never shows anything but what the folder says.
   */
  readonly keepsLast: boolean;
  /** Called when there are new facts. */
  readonly onFacts: (facts: RunFacts) => void;
}

/** Tracks the run at `location`. Nothing is read until it is asked for. */
export function trackRun(location: RunLocation, { context, keepsLast, onFacts }: Tracking): TrackedRun {
  const { id } = location;
  let changes = 0;
  let touches = 0;
  let renderedAt: number | undefined;
  let known: RunFacts | undefined;
  let opening: Promise<RunFacts> | undefined;
  const keep = (facts: RunFacts): RunFacts => {
    known = facts;
    onFacts(facts);
    return facts;
  };
  const nothing: RunFacts = { source: undefined, rendering: undefined, failure: undefined };
  /** What is known, with a failure of work that began after `before` touches. */
  const fail = async (error: unknown, before: number): Promise<RunFacts> => {
    if (keepsLast) await delay(NOTICE_MS);
    const isTold = touches === before;
    return {
      ...(known ?? nothing),
      ...(isTold && { failure: { run: id, error: explainError(error, { run: id }) } }),
    };
  };
  const read = async (): Promise<RunFacts> => {
    const source = await openRun(location).finally(() => context.digests.save());
    const exact = await openRendering(locateRendering(source, context.outputFolder));
    const last = keepsLast ? (known?.rendering ?? (await readLatest(id, context))) : undefined;
    return { source, rendering: exact ?? last, failure: undefined };
  };
  const open = (): Promise<RunFacts> => {
    const [at, before] = [changes, touches];
    opening ??= read()
      .catch((error: unknown) => fail(error, before))
      .then((facts) => (at === changes ? keep(facts) : facts));
    return opening;
  };
  return {
    id,
    facts: async () => known ?? open(),
    open,
    async render() {
      const [at, before] = [changes, touches];
      const { source, failure } = await open();
      if (at !== changes || renderedAt === at || source === undefined || failure !== undefined) return open();
      try {
        const rendering = await renderRun(source, context);
        // What was finished of an earlier state is still the last that is finished.
        keep(at === changes ? { source, rendering, failure } : { ...(known ?? nothing), rendering });
      } catch (error) {
        context.progress.signal?.throwIfAborted();
        const failed = await fail(error, before);
        if (at === changes) keep(failed);
      }
      if (at === changes) renderedAt = at;
      return known ?? open();
    },
    touch() {
      touches += 1;
    },
    outdate() {
      changes += 1;
      opening = undefined;
      if (!keepsLast) known = undefined;
    },
  };
}

async function openRendering(folder: string): Promise<Rendering | undefined> {
  const contents = await readRendering(folder);
  return contents === undefined ? undefined : { folder, contents };
}

async function readLatest(id: string, { outputFolder }: RenderContext): Promise<Rendering | undefined> {
  const folder = await findLatestRendering(renderingsFolder(id, outputFolder));
  return folder === undefined ? undefined : openRendering(folder);
}
