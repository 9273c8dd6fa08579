/** An npm package in Iconify's JSON layout, `icons.json`, `metadata.json`, `chars.json`, and its icons as SVG documents. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { readRegularFile } from '../../files.ts';
import { parseOptions } from '../../options/index.ts';
import { datasetInvalid } from '../reader.ts';

/** Where an icon's drawing lies in its own coordinates, and how an alias turns it. */
const placementFields = {
  left: z.number().optional(),
  top: z.number().optional(),
  width: z.number().positive().optional(),
  height: z.number().positive().optional(),
  rotate: z.int().optional(),
  hFlip: z.boolean().optional(),
  vFlip: z.boolean().optional(),
  hidden: z.boolean().optional(),
};

const iconsSchema = z.object({
  ...placementFields,
  icons: z.record(z.string(), z.object({ ...placementFields, body: z.string() })),
  aliases: z.record(z.string(), z.object({ ...placementFields, parent: z.string() })).default({}),
});
const metadataSchema = z.object({ categories: z.record(z.string(), z.array(z.string())) });
const charsSchema = z.record(z.string(), z.string());

/** `icons.json` of a set. */
type IconifyIcons = z.output<typeof iconsSchema>;

/** A package as read. */
export interface IconifyPackage {
  /** The package's name in npm. */
  readonly name: string;
  readonly version: string;
  readonly icons: IconifyIcons;
  /** Names of icons by category. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
  /** Icon names by code points, such as `1f44b-1f3fb`; empty where the package has none. */
  readonly chars: Readonly<Record<string, string>>;
}

const PACKAGE_NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/**
 * Reads the package `name` as Node would resolve it from `projectRoot`.
 * @throws EmbeddingAnimationError `DatasetInvalid` when it is not installed, or is no set with categories
 */
export async function readIconifyPackage(name: string, projectRoot: string): Promise<IconifyPackage> {
  if (!PACKAGE_NAME.test(name)) {
    throw datasetInvalid(name, 'notAPackageName', undefined);
  }
  const require = createRequire(join(projectRoot, 'package.json'));
  const resolve = (file: string): string | undefined => {
    try {
      return require.resolve(`${name}/${file}`);
    } catch {
      return undefined; // Node tells "not there" and "not exported" apart; for us both mean: not to be had
    }
  };
  const manifest = resolve('package.json');
  const [icons, metadata, chars] = [resolve('icons.json'), resolve('metadata.json'), resolve('chars.json')];
  if (icons === undefined) {
    throw manifest === undefined
      ? datasetInvalid(name, 'packageNotInstalled', { name })
      : datasetInvalid(name, 'notAnIconSet', undefined);
  }
  if (metadata === undefined) throw datasetInvalid(name, 'noCategories', undefined);
  const version = manifest === undefined ? undefined : await readJson(manifest, `${name}/package.json`);
  return {
    name,
    version: z.object({ version: z.string() }).safeParse(version).data?.version ?? 'unknown',
    icons: await parseJson(iconsSchema, icons, `${name}/icons.json`),
    categories: await readCategories(name, metadata),
    chars: chars === undefined ? {} : await parseJson(charsSchema, chars, `${name}/chars.json`),
  };
}

async function readCategories(name: string, path: string): Promise<IconifyPackage['categories']> {
  const value = await readJson(path, `${name}/metadata.json`);
  const parsed = metadataSchema.safeParse(value);
  if (!parsed.success || Object.keys(parsed.data.categories).length === 0) {
    throw datasetInvalid(name, 'noCategories', undefined);
  }
  return parsed.data.categories;
}

async function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  path: string,
  file: string,
): Promise<z.output<Schema>> {
  return parseOptions(schema, await readJson(path, file), 'DatasetInvalid', { file, hint: 'iconSet' });
}

async function readJson(path: string, file: string): Promise<unknown> {
  try {
    return JSON.parse((await readRegularFile(path)).toString('utf8'));
  } catch (cause) {
    throw datasetInvalid(file, 'packageFileUnreadable', undefined, cause);
  }
}

// --- one icon as an SVG document

/** An icon with all that its aliases and its set say of it. */
interface ResolvedIcon {
  readonly body: string;
  readonly hidden: boolean;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Quarter turns clockwise, 0 … 3. */
  readonly rotate: number;
  readonly hFlip: boolean;
  readonly vFlip: boolean;
}

/** Iconify's default side where neither icon nor set has one. */
const DEFAULT_SIDE = 16;

/** An icon as a document. */
interface IconDrawing {
  /** An SVG document, square. */
  readonly svg: string;
  /** Whether the artist has removed the icon from the set since. */
  readonly hidden: boolean;
}

/**
 * Draws the icon or alias `name` on a square of `size` px, aspect ratio kept and centred. The size is in the
 * document, so that a rasteriser draws at it and has nothing to resample.
 * @returns `undefined` when the set has no drawing of that name
 */
export function drawIcon(set: IconifyIcons, name: string, size: number): IconDrawing | undefined {
  const icon = resolveIcon(set, name);
  if (icon === undefined) return undefined;
  const { left, top, width, height } = icon;
  const turned = icon.rotate % 2 === 1;
  const [boxWidth, boxHeight] = turned ? [height, width] : [width, height];
  const [x, y] = turned ? [left + (width - height) / 2, top + (height - width) / 2] : [left, top];
  const transform = describeTurn(icon);
  const body = transform === '' ? icon.body : `<g transform="${transform}">${icon.body}</g>`;
  const frame = `width="${size}" height="${size}" viewBox="${x} ${y} ${boxWidth} ${boxHeight}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${frame}>${body}</svg>`;
  return { svg, hidden: icon.hidden };
}

/** Turns and mirrors about the icon's centre: mirrored first, then turned, as Iconify does. */
function describeTurn({ left, top, width, height, rotate, hFlip, vFlip }: ResolvedIcon): string {
  const [centreX, centreY] = [left + width / 2, top + height / 2];
  const parts: string[] = [];
  if (rotate !== 0) parts.push(`rotate(${rotate * 90} ${centreX} ${centreY})`);
  if (hFlip) parts.push(`translate(${2 * centreX} 0) scale(-1 1)`);
  if (vFlip) parts.push(`translate(0 ${2 * centreY}) scale(1 -1)`);
  return parts.join(' ');
}

/** Follows aliases to a drawing. Outer sizes win over inner ones; flips cancel and turns add up. */
function resolveIcon(set: IconifyIcons, name: string): ResolvedIcon | undefined {
  const chain: Omit<IconifyIcons['icons'][string], 'body'>[] = [];
  let current = name;
  while (!Object.hasOwn(set.icons, current)) {
    const alias = Object.hasOwn(set.aliases, current) ? set.aliases[current] : undefined;
    if (alias === undefined || chain.includes(alias)) return undefined;
    chain.push(alias);
    current = alias.parent;
  }
  const icon = set.icons[current]!;
  const links = [...chain, icon];
  const first = (key: 'left' | 'top' | 'width' | 'height'): number | undefined =>
    links.find((link) => link[key] !== undefined)?.[key] ?? set[key];
  const isOdd = (key: 'hFlip' | 'vFlip'): boolean =>
    links.filter((link) => link[key] === true).length % 2 === 1;
  return {
    body: icon.body,
    hidden: links.find((link) => link.hidden !== undefined)?.hidden ?? false,
    left: first('left') ?? 0,
    top: first('top') ?? 0,
    width: first('width') ?? DEFAULT_SIDE,
    height: first('height') ?? DEFAULT_SIDE,
    rotate: links.reduce((turns, link) => (((turns + (link.rotate ?? 0)) % 4) + 4) % 4, 0),
    hFlip: isOdd('hFlip'),
    vFlip: isOdd('vFlip'),
  };
}
