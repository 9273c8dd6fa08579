/** Content loaders: `getCollection('runs')` and `getCollection('checkpoints')` for any page. */
import type { Loader, LoaderContext } from 'astro/loaders';
import { z } from 'zod';
import { checkpointFormSchema, summarySchema } from '../artifacts/summary.ts';
import type { Checkpoint } from '../contracts.ts';
import { CHECKPOINTS_LOADER, findEngine, RUNS_LOADER } from './engine-holder.ts';
import type { Engine } from '../engine/index.ts';
import { makeError } from '../errors.ts';
import { frameFigures } from '../frame-figures.ts';

const checkpointSchema = z.object({
  run: z.string(),
  ...frameFigures.training.shape,
  modelType: z.string(),
  hiddenSize: z.int(),
  parameters: z.int(),
  bytes: z.int(),
  form: checkpointFormSchema,
  digest: z.string(),
});

/** One entry a run, with the run's id: title, credit, training history and, once rendered, its animation. */
export function runsLoader() {
  return {
    name: RUNS_LOADER,
    schema: summarySchema,
    load: (context) =>
      fillStore(context, async (engine) => toEntries(await engine.summaries(), ({ id }) => id)),
  } satisfies Loader;
}

/** One entry a checkpoint, `<run>/checkpoint-<step>`: step, epoch, loss, model type, sizes and digest. */
export function checkpointsLoader() {
  return {
    name: CHECKPOINTS_LOADER,
    schema: checkpointSchema,
    load: (context) =>
      fillStore(context, async (engine) =>
        toEntries(
          (await engine.checkpoints()).map(publishable),
          ({ run, step }) => `${run}/checkpoint-${step}`,
        ),
      ),
  } satisfies Loader;
}

type Entry = readonly [id: string, data: Record<string, unknown>];

function toEntries<T extends Record<string, unknown>>(
  values: readonly T[],
  idOf: (value: T) => string,
): Entry[] {
  return values.map((value) => [idOf(value), value]);
}

/** What is published of a checkpoint, picked: folder, files and base are paths of this machine. */
function publishable(checkpoint: Checkpoint): z.infer<typeof checkpointSchema> {
  return checkpointSchema.parse(checkpoint);
}

async function fillStore(
  context: LoaderContext,
  entriesOf: (engine: Engine) => Promise<Entry[]>,
): Promise<void> {
  const { store } = context;
  const entries = await entriesOf(requireEngine());
  const ids = new Set(entries.map(([id]) => id));
  for (const id of store.keys()) if (!ids.has(id)) store.delete(id);
  for (const [id, value] of entries) {
    const data = await context.parseData({ id, data: value });
    store.set({ id, data, digest: context.generateDigest(data) });
  }
}

function requireEngine(): Engine {
  const engine = findEngine();
  if (engine !== undefined) return engine;
  throw makeError('OptionsInvalid', 'notInstalled', undefined);
}
