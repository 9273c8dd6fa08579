/** Font packages as Fontsource lays them out, put into a project from files that tests already have. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This repository: its root has Noto Sans JP. */
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

const JAPANESE = join(REPOSITORY, 'node_modules/@fontsource-variable/noto-sans-jp');
/** The file of Noto Sans JP with kana and 、。 */
const KANA_SUBSET = '119';

/** Noto Sans JP as if it were another package, with one of its files or with all. */
export interface FontFixture {
  readonly name: string;
  /** @default '1.0.0' */
  readonly version?: string;
  /** Ranges as in unicode.json, of the characters that it claims. @default all of Noto Sans JP's */
  readonly kanaOnly?: boolean;
  /** Where the package lies; the project links to it, as pnpm does. @default in the project */
  readonly store?: string;
}

/** Installs the font into `project`. */
export function installFont(
  project: string,
  { name, version = '1.0.0', kanaOnly = false, store }: FontFixture,
): void {
  const place = join(project, 'node_modules', name);
  const folder = store ?? place;
  const family = name.slice(name.lastIndexOf('/') + 1);
  mkdirSync(join(folder, 'files'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version }));
  const ranges = JSON.parse(readFileSync(join(JAPANESE, 'unicode.json'), 'utf8')) as Record<string, string>;
  const wanted = Object.entries(ranges).filter(([subset]) => !kanaOnly || subset === `[${KANA_SUBSET}]`);
  writeFileSync(join(folder, 'unicode.json'), JSON.stringify(Object.fromEntries(wanted)));
  for (const file of readdirSync(join(JAPANESE, 'files'))) {
    if (kanaOnly && !file.includes(`-${KANA_SUBSET}-`)) continue;
    copyFileSync(join(JAPANESE, 'files', file), join(folder, 'files', file.replace('noto-sans-jp', family)));
  }
  if (store === undefined) return;
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(folder, place);
}
