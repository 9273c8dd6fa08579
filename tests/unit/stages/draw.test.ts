import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCache } from '../../../integrations/embedding-animation/artifacts/cache.ts';
import { decodePng } from '../../../integrations/embedding-animation/images/index.ts';
import { completeMap, type Projection } from '../../../integrations/embedding-animation/options/index.ts';
import type { PipelineContext } from '../../../integrations/embedding-animation/pipeline.ts';
import type { RunSource } from '../../../integrations/embedding-animation/run-source.ts';
import {
  openDescriptions,
  type FrameToDraw,
  type MapToDraw,
} from '../../../integrations/embedding-animation/stages/describe-frames.ts';
import { drawMaps, type Picture } from '../../../integrations/embedding-animation/stages/draw.ts';
import { encodeGifs, type EncodedGif } from '../../../integrations/embedding-animation/stages/encode-gifs.ts';
import { listVariants } from '../../../integrations/embedding-animation/variants.ts';
import { decodeGif } from '../../helpers/decode-gif.ts';
import { makeFrameInput, paintDisc } from '../../helpers/rendering.ts';

const input = makeFrameInput({ count: 60, look: { width: 400, height: 400, mapSize: 'fitted' } });
const look = { ...input.look, portrait: false, theme: 'light' as const };
let decoded = 0;
const source = {
  id: 'test',
  file: { title: input.title },
  trainer: { losses: input.losses },
  look,
  language: { locale: 'en' },
  fonts: { choice: { named: [], found: [] }, missing: [], advice: [] },
  dataset: {
    classNames: input.classNames,
    items: Array.from(input.labels, (label, index) => ({ name: `image-${index}`, label })),
    decode(index: number) {
      decoded++;
      return Promise.resolve(paintDisc(200, [index, 90, 200]));
    },
  },
} as unknown as RunSource; // what drawing reads of it
const frames = Array.from({ length: 5 }, (_, i): FrameToDraw => ({
  step: 100 * (i + 1),
  epoch: i,
  accuracy: undefined,
  outliers: Array.from({ length: 10 }, (_, rank) => ({
    ...{ index: rank + i, score: rank / 20, distanceRatio: 10 - rank },
  })),
}));
const maps = [makeMap('per-checkpoint', 1), makeMap('pooled', -1)] as const;
const results = { frames, maps: [maps[0]] };

/** A map that grows from frame to frame. */
function makeMap(projection: Projection, sign: number): MapToDraw {
  const mapFrames = frames.map((_, i) => {
    const data = input.points.data.map((value) => sign * value * (0.5 + i / 10));
    return { points: { ...input.points, data } };
  });
  return { options: completeMap({ projection }), frames: mapFrames };
}

const warnings: string[] = [];
let folder = '';
let context: PipelineContext;
let drawn: Awaited<ReturnType<typeof drawMaps>>;
let pictures: readonly Picture[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawing-'));
  const logger = { info: () => undefined, warn: (line: string) => void warnings.push(line) };
  context = {
    cache: openCache(folder, logger),
    progress: { logger, now: () => 0, terminal: undefined },
    threads: 2,
    outputFolder: join(folder, 'out'),
  };
  drawn = await drawMaps(source, results, context);
  pictures = drawn[0]!.variants[0]!.pictures;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('drawMaps', () => {
  it('decodes an image once, however many frames it leads in', () => {
    expect(decoded).toBe(14);
  });

  it('keeps pictures in the cache, and draws none twice', async () => {
    expect(await readdir(join(folder, 'frames'))).toHaveLength(frames.length);
    const again = await drawMaps(source, results, {
      ...context,
      cache: { ...context.cache, write: refuse },
    });
    expect(again[0]!.variants[0]!.pictures.map(({ key }) => key)).toEqual(pictures.map(({ key }) => key));
    expect(new Set(pictures.map(({ key }) => key)).size).toBe(frames.length);
  });

  it('draws every map, each in a folder of its own but the first, from images that are decoded once', async () => {
    decoded = 0;
    const both = await drawMaps(source, { frames, maps }, context);
    const names = both.map(({ variants }) => variants[0]!.pictures[0]!.name);
    expect(names).toEqual(['frames/step-000100.png', 'maps/pooled/frames/step-000100.png']);
    expect(both[0]!.variants[0]!.pictures.map(({ key }) => key)).toEqual(pictures.map(({ key }) => key));
    const [first, second] = await Promise.all(
      both.map(({ variants }) => variants[0]!.pictures[0]!.content()),
    );
    expect(Buffer.compare(first!, second!)).not.toBe(0);
    expect(decoded).toBe(14);
  });

  it('draws a picture again that was damaged after it was drawn: the same bytes', async () => {
    const whole = await pictures[2]!.content();
    await truncate(join(folder, 'frames', pictures[2]!.key), 500);
    expect(Buffer.compare(await pictures[2]!.content(), whole)).toBe(0);
    expect(warnings.splice(0)).toHaveLength(1);
    expect(Buffer.compare(await pictures[2]!.content(), whole)).toBe(0);
  });
});

describe('a run in both themes, for wide and narrow windows', () => {
  const both = {
    ...source,
    look: { ...look, portrait: { width: 360, height: 630 }, theme: 'both' as const },
  };

  it('is drawn in four sets of files, the first as it was, from images that are decoded once', async () => {
    decoded = 0;
    const [map] = await drawMaps(both, results, context);
    const sets = map!.variants;
    expect(sets.map((set) => set.pictures[0]!.name)).toEqual([
      'frames/step-000100.png',
      'frames/step-000100.dark.png',
      'frames/step-000100.portrait.png',
      'frames/step-000100.portrait-dark.png',
    ]);
    expect(decoded).toBe(14);
    expect(sets[0]!.pictures.map(({ key }) => key)).toEqual(pictures.map(({ key }) => key));
    const sizes = sets.map(async (set) => {
      const { width, height, data } = await decodePng(await set.pictures[4]!.content());
      return [width, height, data[0]];
    });
    expect(await Promise.all(sizes)).toEqual([
      [400, 400, 255],
      [400, 400, 0x14],
      [360, 630, 255],
      [360, 630, 0x14],
    ]);
    const [animated] = await encodeGifs(both, [map!], context);
    expect(animated!.gifs.map(({ name }) => name)).toEqual([
      'animation.gif',
      'animation.dark.gif',
      'animation.portrait.gif',
      'animation.portrait-dark.gif',
    ]);
  });

  it('has half as many outliers where there is less room', async () => {
    const variants = listVariants(both.look);
    const { describe: describeFrame } = openDescriptions(both, frames, variants)(maps[0]);
    const counts = variants.map(async (variant) => (await describeFrame(0, variant)).outliers.length);
    expect(await Promise.all(counts)).toEqual([10, 10, 5, 5]);
  });
});

describe('the key of a frame', () => {
  const [variant] = listVariants(source.look);
  const { describe: describeFrame, keyOf } = openDescriptions(source, frames, [variant])(maps[0]);

  it('is the same for the same picture, and another for any other', async () => {
    const frame = await describeFrame(0, variant);
    const moved = frame.points.data.slice();
    moved[17]! += 1e-12;
    const others = [
      frame,
      { ...frame, points: { ...frame.points, data: moved } },
      { ...frame, step: 101 },
      { ...frame, accuracy: 0.5 },
      { ...frame, outliers: frame.outliers.slice(1) },
      { ...frame, outliers: [{ ...frame.outliers[0]!, thumbnail: paintDisc(11, [0, 0, 0]) }] },
    ];
    expect(new Set(others.map(keyOf)).size).toBe(others.length);
    expect(keyOf(await describeFrame(0, variant))).toBe(keyOf(frame));
  });

  it('depends on looks, labels, losses, words, and the fonts with their versions, but not on where they lie', async () => {
    const variants = [
      source,
      { ...source, look: { ...source.look, theme: 'dark' as const } },
      { ...source, trainer: { ...source.trainer, losses: source.trainer.losses.slice(1) } },
      { ...source, dataset: { ...source.dataset, items: source.dataset.items.toReversed() } },
      { ...source, language: { locale: 'ja' } },
      { ...source, language: { locale: 'en', words: { distance: 'points' } } },
      withFont('1.0.0', '/here'),
      withFont('1.0.1', '/here'),
    ];
    const keyOf = async (run: RunSource): Promise<string> => {
      const variants = listVariants(run.look);
      const described = openDescriptions(run, frames, variants)(maps[0]);
      return described.keyOf(await described.describe(1, variants[0]));
    };
    expect(new Set(await Promise.all(variants.map(keyOf))).size).toBe(variants.length);
    expect(await keyOf(withFont('1.0.0', '/there'))).toBe(await keyOf(withFont('1.0.0', '/here')));
  });
});

/** The run with a font of the site. */
function withFont(version: string, folder: string): RunSource {
  const found = [{ name: '@fontsource/noto-sans-jp', version, folder }];
  return { ...source, fonts: { ...source.fonts, choice: { named: [], found } } };
}

describe('encodeGifs', () => {
  it('joins the pictures to a GIF of the size it says, and only once', async () => {
    const gif = await encodeOne();
    const bytes = await gif.content();
    expect(bytes.length).toBe(gif.bytes);
    const { pages, delaysMs } = await decodeGif(bytes);
    expect(pages).toHaveLength(frames.length);
    expect(delaysMs.at(-1)).toBe(3350);
    const again = await encodeOne({ cache: { ...context.cache, write: refuse } });
    expect(Buffer.compare(await again.content(), bytes)).toBe(0);
  });

  it('gives the same bytes on one thread', async () => {
    const gif = await encodeOne();
    const others = new Map<string, Uint8Array>();
    const cache = { ...context.cache, locate: () => Promise.resolve(undefined), write: collectInto(others) };
    await encodeOne({ cache, threads: 1 });
    expect(Buffer.compare([...others.values()][0]!, await gif.content())).toBe(0);
  });
});

/** The GIF of the only map in its only variant. */
async function encodeOne(own: Partial<PipelineContext> = {}): Promise<EncodedGif> {
  const [animated] = await encodeGifs(source, drawn, { ...context, ...own });
  return animated!.gifs[0]!;
}

function refuse(): never {
  throw new Error('it is in the cache already');
}

function collectInto(entries: Map<string, Uint8Array>): PipelineContext['cache']['write'] {
  return async (_kind, key, bytes) => {
    const parts: Uint8Array[] = [];
    if (bytes instanceof Uint8Array) parts.push(bytes);
    else for await (const part of bytes) parts.push(part);
    entries.set(key, Buffer.concat(parts));
  };
}
