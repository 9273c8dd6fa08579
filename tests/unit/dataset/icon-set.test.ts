import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset, RgbImage } from '../../../integrations/embedding-animation/contracts.ts';
import { openDataset } from '../../../integrations/embedding-animation/dataset/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const NAME = '@tiny/icons';

/** The left half red. */
const LEFT = { body: '<path fill="#f00" d="M0 0h8v16H0z"/>' };
const FULL = { body: '<path fill="#00f" d="M0 0h16v16H0z"/>' };
const EMPTY = { body: '' };

interface SetFixture {
  readonly icons?: object;
  readonly metadata?: object | string;
  readonly chars?: object;
}

/** A project with one icon set installed. */
async function makeProject({ icons, metadata, chars }: SetFixture = {}): Promise<string> {
  const root = await makeTemporaryFolder();
  await writeFiles(join(root, 'node_modules', NAME), {
    'package.json': { name: NAME, version: '1.2.3' },
    'icons.json': icons ?? {
      prefix: 'tiny',
      width: 16,
      height: 16,
      icons: { left: LEFT, full: FULL, empty: EMPTY },
    },
    'metadata.json': metadata ?? { categories: { Shapes: ['left', 'full', 'empty'] } },
    ...(chars === undefined ? {} : { 'chars.json': chars }),
  });
  return root;
}

function open(
  projectRoot: string,
  more: { size?: number; skinTones?: boolean; background?: string; package?: string } = {},
): Promise<Dataset> {
  const options = {
    type: 'icon-set',
    package: NAME,
    size: 16,
    skinTones: false,
    background: '#ffffff',
    ...more,
  } as const;
  return openDataset(options, { runFolder: projectRoot, projectRoot });
}

async function openSet(fixture: SetFixture, more?: Parameters<typeof open>[1]): Promise<Dataset> {
  return open(await makeProject(fixture), more);
}

function drawByName(dataset: Dataset, name: string): Promise<RgbImage> {
  return dataset.decode(dataset.items.findIndex((item) => item.name === name));
}

function pixelAt({ width, data }: RgbImage, x: number, y: number): number[] {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

const RED = [255, 0, 0];
const WHITE = [255, 255, 255];

/** The side of a 16 × 16 image that is red, judged by the middles of its quarters. */
function redSide(image: RgbImage): string {
  const isRed = (x: number, y: number): boolean => pixelAt(image, x, y).join() === RED.join();
  const [topLeft, topRight, bottomLeft, bottomRight] = [
    isRed(4, 4),
    isRed(12, 4),
    isRed(4, 12),
    isRed(12, 12),
  ];
  if (topLeft && bottomLeft && !topRight && !bottomRight) return 'left';
  if (topRight && bottomRight && !topLeft && !bottomLeft) return 'right';
  if (topLeft && topRight && !bottomLeft && !bottomRight) return 'top';
  if (bottomLeft && bottomRight && !topLeft && !topRight) return 'bottom';
  return 'none';
}

describe('icons of a set', () => {
  it('are sorted by class and name, each by code point', async () => {
    const { classNames, items } = await openSet({
      metadata: { categories: { b: ['left'], B: ['full', 'empty'] } },
    });
    expect(classNames).toEqual(['B', 'b']);
    expect(items).toEqual([
      { name: 'empty', label: 0 },
      { name: 'full', label: 0 },
      { name: 'left', label: 1 },
    ]);
  });

  it('are left out where no category lists them, or their artist hid them', async () => {
    const { items } = await openSet({
      icons: { icons: { a: FULL, b: FULL, c: FULL, gone: { ...FULL, hidden: true }, loose: FULL } },
      metadata: { categories: { Shapes: ['a', 'b', 'c', 'gone'] } },
    });
    expect(items.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('go to the first of the classes that list them', async () => {
    const { items } = await openSet({
      metadata: { categories: { Z: ['left', 'full'], A: ['left', 'empty'] } },
    });
    expect(items.map(({ name, label }) => `${name} ${label}`)).toEqual(['empty 0', 'left 0', 'full 1']);
  });

  const toned = {
    icons: {
      icons: {
        hand: FULL,
        'hand-dark': FULL,
        'hand-light-skin-tone': FULL,
        'police-car-light': FULL,
        tone: FULL,
      },
    },
    metadata: {
      categories: { Hands: ['hand', 'hand-dark', 'hand-light-skin-tone', 'police-car-light', 'tone'] },
    },
  };

  it('are left out as variants of skin tone by their code points', async () => {
    const chars = {
      '270b': 'hand',
      '270b-1f3ff-200d': 'hand-dark',
      '1f3fb': 'tone',
      '1f6a8': 'hand-light-skin-tone',
    };
    const { items } = await openSet({ ...toned, chars });
    expect(items.map(({ name }) => name)).toEqual(['hand', 'hand-light-skin-tone', 'police-car-light']);
  });

  it('are left out as variants of skin tone by their name where the set has no code point for them', async () => {
    const { items } = await openSet({ ...toned, chars: { '270b': 'hand' } });
    expect(items.map(({ name }) => name)).toEqual(['hand', 'hand-dark', 'police-car-light', 'tone']);
  });

  it('are all kept where run.yaml wants skin tones', async () => {
    expect((await openSet(toned, { skinTones: true })).items).toHaveLength(5);
  });
});

describe('drawings of icons', () => {
  it('fill the square of the size asked for', async () => {
    const image = await drawByName(await openSet({}, { size: 32 }), 'left');
    expect([image.width, image.height, image.data.length]).toEqual([32, 32, 3 * 32 * 32]);
    expect([pixelAt(image, 4, 16), pixelAt(image, 28, 16)]).toEqual([RED, WHITE]);
  });

  it('lie on the background asked for', async () => {
    const image = await drawByName(await openSet({}, { background: '#102030' }), 'empty');
    expect(pixelAt(image, 8, 8)).toEqual([0x10, 0x20, 0x30]);
  });

  it('keep their aspect ratio, in the middle', async () => {
    const flat = { body: '<path fill="#f00" d="M0 0h16v8H0z"/>', height: 8 };
    const dataset = await openSet({
      icons: { width: 16, height: 16, icons: { left: flat, full: FULL, empty: EMPTY } },
    });
    const image = await drawByName(dataset, 'left');
    expect([1, 5, 10, 14].map((y) => pixelAt(image, 8, y))).toEqual([WHITE, RED, RED, WHITE]);
  });

  it('start at the corner that the set names', async () => {
    const shifted = { left: 100, top: -50, body: '<path fill="#f00" d="M100 -50h8v16h-8z"/>' };
    const dataset = await openSet({ icons: { icons: { left: shifted, full: FULL, empty: EMPTY } } });
    const image = await drawByName(dataset, 'left');
    expect([pixelAt(image, 2, 8), pixelAt(image, 13, 8)]).toEqual([RED, WHITE]);
  });

  it("of aliases are their parent's, mirrored and turned as the aliases say", async () => {
    const aliases = {
      same: { parent: 'left' },
      right: { parent: 'same', hFlip: true },
      back: { parent: 'right', hFlip: true },
      top: { parent: 'left', rotate: 1 },
      bottom: { parent: 'top', vFlip: true },
      around: { parent: 'top', rotate: 3 },
    };
    const names = Object.keys(aliases);
    const icons = { width: 16, height: 16, icons: { left: LEFT }, aliases };
    const dataset = await openSet({ icons, metadata: { categories: { Shapes: names } } });
    const sides: string[] = [];
    for (const name of names) sides.push(`${name}: ${redSide(await drawByName(dataset, name))}`);
    expect(sides).toEqual([
      'same: left',
      'right: right',
      'back: left',
      'top: top',
      'bottom: top', // a flip comes before the turn, so the half that turns to the top stays there
      'around: left',
    ]);
  });

  it("that are turned a quarter take their parent's box along", async () => {
    const tall = { body: '<path fill="#f00" d="M0 0h8v16H0z"/>', width: 8, height: 16 };
    const icons = {
      icons: { tall, full: FULL, empty: EMPTY },
      aliases: { wide: { parent: 'tall', rotate: 1 } },
    };
    const dataset = await openSet({ icons, metadata: { categories: { Shapes: ['wide', 'full', 'empty'] } } });
    const image = await drawByName(dataset, 'wide');
    expect(
      [
        [1, 8],
        [14, 8],
        [8, 1],
        [8, 14],
      ].map(([x, y]) => pixelAt(image, x!, y!)),
    ).toEqual([RED, RED, WHITE, WHITE]);
  });

  it('that can not be read name set and icon', async () => {
    const dataset = await openSet({
      icons: { icons: { left: { body: '<path' }, full: FULL, empty: EMPTY } },
    });
    const error = await catchError('ImageUnreadable', () => drawByName(dataset, 'left'));
    expect(error.place.file).toBe('@tiny/icons, icon "left"');
  });
});

describe('the digest of an icon set', () => {
  it('is the same for the same icons in another order and another version of the package', async () => {
    const one = await makeProject();
    const other = await makeProject({
      icons: { icons: { empty: EMPTY, loose: FULL, full: FULL, left: LEFT }, height: 16, width: 16 },
      metadata: { categories: { Shapes: ['empty', 'full', 'left'] } },
    });
    await writeFiles(join(other, 'node_modules', NAME), { 'package.json': { name: NAME, version: '9.0.0' } });
    expect((await open(one)).digest).toBe((await open(other)).digest);
  });

  it('changes with a drawing, a name, a class, the size and the background', async () => {
    const datasets = [
      await openSet({}),
      await openSet({}, { size: 17 }),
      await openSet({}, { background: '#fffffe' }),
      await openSet({ icons: { icons: { left: FULL, full: FULL, empty: EMPTY } } }),
      await openSet({
        icons: { icons: { left: LEFT, full: FULL, blank: EMPTY } },
        metadata: { categories: { Shapes: ['left', 'full', 'blank'] } },
      }),
      await openSet({ metadata: { categories: { Forms: ['left', 'full', 'empty'] } } }),
    ];
    expect(new Set(datasets.map(({ digest }) => digest)).size).toBe(datasets.length);
  });
});

describe('the package of an icon set', () => {
  it('is named with its version as the source', async () => {
    expect((await openSet({})).source).toBe('icon set @tiny/icons 1.2.3, drawn at 16 px');
  });

  it.each([
    ['is not installed', '@tiny/others', /@tiny\/others: the package is not installed/],
    ['has a path for a name', '../icons', /not the name of an npm package/],
    ['has an absolute path for a name', '/icons', /not the name of an npm package/],
  ])('is refused where it %s', async (_, name, message) => {
    const root = await makeProject();
    const error = await catchError('DatasetInvalid', () => open(root, { package: name }));
    expect(error.message).toMatch(message);
  });

  it('that is not installed comes with the command that installs it', async () => {
    const root = await makeProject();
    const error = await catchError('DatasetInvalid', () => open(root, { package: '@tiny/others' }));
    expect(error.hint).toBe('Run: npm install @tiny/others');
  });

  it.each([
    ['icons.json', /it has no icons\.json/],
    ['metadata.json', /no categories/],
  ])('is refused where it lacks %s', async (file, message) => {
    const root = await makeProject();
    await rm(join(root, 'node_modules', NAME, file));
    const error = await catchError('DatasetInvalid', () => open(root));
    expect(error.message).toMatch(message);
  });

  it.each([
    ['no categories', { metadata: {} }, /no categories/],
    ['an empty list of categories', { metadata: { categories: {} } }, /no categories/],
    [
      'categories without icons',
      { metadata: { categories: { Shapes: [] } } },
      /no category of the icon set holds an icon/,
    ],
    ['broken JSON', { metadata: '{' }, /@tiny\/icons\/metadata\.json: .*JSON/],
    [
      'icons without drawings',
      { icons: { icons: { left: {} } } },
      /@tiny\/icons\/icons\.json: icons\.left\.body/,
    ],
    ['no icons', { icons: { prefix: 'tiny' } }, /icons\.json: icons/],
    [
      'a category of unknown icons',
      { metadata: { categories: { Shapes: ['lost'] } } },
      /"lost", which icons\.json does not hold/,
    ],
    [
      'aliases in a circle',
      {
        icons: { icons: {}, aliases: { a: { parent: 'b' }, b: { parent: 'a' } } },
        metadata: { categories: { Shapes: ['a'] } },
      },
      /"a", which icons\.json does not hold/,
    ],
    [
      'an icon named as what every object has',
      { icons: { icons: { a: FULL } }, metadata: { categories: { Shapes: ['constructor'] } } },
      /"constructor", which icons\.json does not hold/,
    ],
  ])('is refused with %s', async (_, fixture, message) => {
    const root = await makeProject(fixture);
    const error = await catchError('DatasetInvalid', () => open(root));
    expect(error.message).toMatch(message);
  });
});

describe('an icon of a million segments', () => {
  it('is refused before it is drawn', async () => {
    const body = `<path d="M0 0${'L9 1L1 9'.repeat(500_000)}"/>`;
    const root = await makeProject({
      icons: { prefix: 'tiny', icons: { a: FULL, b: FULL, c: { body } } },
      metadata: { categories: { Shapes: ['a', 'b', 'c'] } },
    });
    const dataset = await open(root);
    expect((await dataset.decode(0)).width).toBeGreaterThan(0);
    const error = await catchError('ImageUnreadable', () => dataset.decode(2));
    expect(error.message).toMatch(/icon "c": the drawing has \d+ bytes of SVG; at most 524288 are drawn/);
  });
});

describe('the icon set of the default run', () => {
  it('has 1,943 emoji in the nine groups of Unicode', async () => {
    const root = join(import.meta.dirname, '../../..');
    const { classNames, items } = await open(root, { package: '@iconify-json/twemoji', size: 96 });
    const counts = classNames.map((name, label) => [
      name,
      items.filter((item) => item.label === label).length,
    ]);
    expect(counts).toEqual([
      ['Activities', 85],
      ['Animals & Nature', 160],
      ['Flags', 270],
      ['Food & Drink', 131],
      ['Objects', 266],
      ['People & Body', 390],
      ['Smileys & Emotion', 171],
      ['Symbols', 250],
      ['Travel & Places', 220],
    ]);
  });
});
