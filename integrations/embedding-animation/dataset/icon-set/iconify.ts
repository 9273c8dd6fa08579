/** Reads an npm package in Iconify's JSON layout: `icons.json`, `metadata.json`, `chars.json`. */
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
export type IconifyIcons = z.output<typeof iconsSchema>;

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
