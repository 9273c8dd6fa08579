/** What only reading every image tells: which can't be decoded, and which are turned by their EXIF orientation. */
import { z } from 'zod';
import { readUnchanged } from '../artifacts/input-files.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import { mapBounded, openByteSemaphore } from '../threads/concurrency.ts';
import type { Dataset } from '../contracts.ts';
import { makeNotice } from '../notices.ts';
import { isUnreadable } from './decode-files.ts';
import { datasetInvalid, type DatasetContext } from './reader.ts';
import { findTurnedAmong } from './selection.ts';

/** Images decoded at a time. */
const SCANS_AT_ONCE = 8;
/** Memory that decoding them may take together. */
const DECODING_BYTES = 512 << 20;

/** Raised when other images are readable, or turned in another way. */
const SCAN_VERSION = 1;

const unreadableSchema = z.array(z.object({ index: z.int().min(0), problem: z.string() }));
const turnedSchema = z.array(z.int().min(0));

/** An image that can't be decoded, and why. */
type Unreadable = z.output<typeof unreadableSchema>[number];

type Memory = Pick<DatasetContext, 'scanCache' | 'inputs'>;

/**
 * The set without the images that can't be decoded. All are decoded to find out, unless that is remembered. Where none
 * is left out the set is as it was, digest and all.
 * @throws EmbeddingAnimationError `DatasetInvalid` when a class would be empty; `ImageUnreadable` for a file that the
 * system does not give, which says nothing of its content
 */
export async function skipUnreadable(dataset: Dataset, context: Memory): Promise<Dataset> {
  const key = hashOf({ unreadable: dataset.digest, version: SCAN_VERSION });
  const unreadable = await remember(context, key, unreadableSchema, () => findUnreadable(dataset));
  if (unreadable.length === 0) return dataset;
  refuseEmptied(dataset, unreadable);
  const out = new Set(unreadable.map(({ index }) => index));
  const indices = [...dataset.items.keys()].filter((index) => !out.has(index));
  const names = unreadable.map(({ index, problem }) => `${dataset.items[index]!.name} (${problem})`);
  return {
    ...dataset,
    items: indices.map((index) => dataset.items[index]!),
    digest: hashOf({ dataset: dataset.digest, without: [...out].sort((a, b) => a - b) }),
    source: `${dataset.source}, ${countImages(unreadable.length)} left out as unreadable`,
    notices: [...(dataset.notices ?? []), makeNotice('ImagesUnreadable', names, {})],
    kept: { of: dataset.items.length, indices },
    decode: (index, reserve) => dataset.decode(indices[index]!, reserve),
    ...findTurnedAmong(dataset, indices),
  };
}

/**
 * The set with a digest and a source that say which images are turned by their EXIF orientation: their pixels are not
 * those of a build that did not turn them. Where none is turned the set is as it was.
 */
export async function noteTurned(dataset: Dataset, context: Memory): Promise<Dataset> {
  const { findTurned } = dataset;
  if (findTurned === undefined) return dataset;
  const key = hashOf({ turned: dataset.digest, version: SCAN_VERSION });
  const find = async () => [...(await findTurned([...dataset.items.keys()]))];
  const turned = await remember(context, key, turnedSchema, find);
  if (turned.length === 0) return dataset;
  return {
    ...dataset,
    digest: hashOf({ dataset: dataset.digest, turned }),
    source: `${dataset.source}, ${countImages(turned.length)} turned by EXIF orientation`,
  };
}

function countImages(count: number): string {
  return count === 1 ? '1 image' : `${count} images`;
}

/** What was found before, else what `find` finds, which is kept. */
async function remember<Found>(
  { scanCache, inputs }: Memory,
  key: string,
  schema: z.ZodType<Found>,
  find: () => Promise<Found>,
): Promise<Found> {
  const known = schema.safeParse(await scanCache?.recall(key));
  if (known.success) return known.data;
  return readUnchanged(inputs, {}, async (verify) => {
    const found = await find();
    await verify();
    await scanCache?.keep(key, found);
    return found;
  });
}

async function findUnreadable(dataset: Dataset): Promise<Unreadable[]> {
  const gate = openByteSemaphore(DECODING_BYTES);
  const found = await mapBounded(dataset.items, SCANS_AT_ONCE, async (_, index): Promise<Unreadable[]> => {
    const lease = gate.lease();
    try {
      await dataset.decode(index, lease.reserve);
      return [];
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return [{ index, problem: error.problem }];
    } finally {
      lease.giveBack();
    }
  });
  return found.flat();
}

function refuseEmptied({ items, classNames, source }: Dataset, unreadable: readonly Unreadable[]): void {
  const left = new Uint32Array(classNames.length);
  for (const { label } of items) left[label]! += 1;
  const lost = new Uint32Array(classNames.length);
  for (const { index } of unreadable) lost[items[index]!.label]! += 1;
  const label = lost.findIndex((count, each) => count > 0 && count === left[each]);
  if (label === -1) return;
  const first = unreadable.find(({ index }) => items[index]!.label === label)!; // the class lost one
  throw datasetInvalid(source, 'classUnreadable', {
    name: classNames[label]!,
    images: lost[label]!,
    image: items[first.index]!.name,
    problem: first.problem,
  });
}
