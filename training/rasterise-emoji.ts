/**
 * Draws the emoji that the default run is trained and evaluated on, as an image folder:
 * `train/<class>/<artist>--<name>.png` by four artists and `test/<class>/twemoji--<name>.png` by a fifth.
 * Uses the integration's own icon reader, so that images of training and evaluation are drawn alike.
 *
 *     node training/rasterise-emoji.ts --output training/work/emoji
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { readIconifyPackage } from '../integrations/embedding-animation/dataset/icon-set/iconify.ts';
import {
  selectIcons,
  type SelectedIcon,
} from '../integrations/embedding-animation/dataset/icon-set/reader.ts';
import { encodePng, rasterizeSvg } from '../integrations/embedding-animation/images/index.ts';

const ARTISTS = { train: ['noto', 'noto-v1', 'fluent-emoji-flat', 'openmoji'], test: ['twemoji'] } as const;

/** As the evaluation set in `content/runs/emoji/run.yaml` is drawn. */
const DRAWING = { size: 96, skinTones: false, background: '#ffffff' } as const;

/** The groups of emoji in Unicode's emoji-test.txt, without "Component". */
const GROUPS = [
  'Activities',
  'Animals & Nature',
  'Flags',
  'Food & Drink',
  'Objects',
  'People & Body',
  'Smileys & Emotion',
  'Symbols',
  'Travel & Places',
];

/** Some sets leave the ampersand out of a group's name; "Extras …" are categories of their own making. */
function nameGroup(category: string): string | undefined {
  const bare = (name: string): string =>
    name
      .replaceAll(/[^a-z]+/gi, ' ')
      .trim()
      .toLowerCase();
  return GROUPS.find((group) => bare(group) === bare(category));
}

async function drawArtist(artist: string, folder: string): Promise<void> {
  const set = await readIconifyPackage(`@iconify-json/${artist}`, dirname(import.meta.dirname));
  const { classNames, icons } = selectIcons(set, { ...DRAWING, nameClass: nameGroup });
  const perClass = new Map<string, number>();
  for (const className of classNames) await mkdir(join(folder, className), { recursive: true });
  for (const icon of icons) {
    const className = classNames[icon.label] ?? '';
    await drawImage(icon, join(folder, className, `${artist}--${icon.name}.png`));
    perClass.set(className, (perClass.get(className) ?? 0) + 1);
  }
  const counts = [...perClass].map(([className, count]) => `${className} ${count}`).join(', ');
  console.log(`${artist} ${set.version}: ${icons.length} images (${counts})`);
}

async function drawImage({ svg }: SelectedIcon, file: string): Promise<void> {
  const { size, background } = DRAWING;
  await writeFile(file, await encodePng(await rasterizeSvg(svg, { width: size, height: size, background })));
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { output: { type: 'string', default: 'training/work/emoji' } } });
  const present = await readdir(values.output).catch(() => []);
  if (present.length > 0)
    throw new Error(`${values.output} is not empty: images of an older drawing would stay in it`);
  for (const [split, artists] of Object.entries(ARTISTS)) {
    for (const artist of artists) await drawArtist(artist, join(values.output, split));
  }
}

await main();
