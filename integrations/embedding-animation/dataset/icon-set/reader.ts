/** Reader of the type `icon-set`: the drawings of an npm package as labelled images. */
import { createHash } from 'node:crypto';
import { withPlace } from '../../errors.ts';
import { openSvgDrawer } from '../../images/index.ts';
import { compareCodePoints, sortDistinct } from '../../names.ts';
import type { IconSetOptions } from '../../options/index.ts';
import { datasetInvalid, type DatasetReader } from '../reader.ts';
import { drawIcon, readIconifyPackage, type IconifyPackage } from './iconify.ts';

/** Raised when the same icon would be drawn with other pixels. */
const DRAWING_VERSION = 1;

/**
 * Opens an icon set: its categories are the classes. Drawn square on the background, at `size` px.
 * @throws EmbeddingAnimationError `DatasetInvalid`; from `decode`, `ImageUnreadable`
 */
export const openIconSet: DatasetReader<'icon-set'> = async (options, { projectRoot }) => {
  const set = await readIconifyPackage(options.package, projectRoot);
  const selection = selectIcons(set, options);
  const { classNames, icons } = selection;
  const { size, background } = options;
  const drawer = openSvgDrawer();
  if (icons.length === 0) {
    throw datasetInvalid(set.name, 'noIcon', undefined);
  }
  return {
    classNames,
    items: icons.map(({ name, label }) => ({ name, label })),
    digest: digestIcons(selection, options),
    source: describeSet(set, options),
    decode(index) {
      const { name, svg } = icons[index]!;
      return withPlace({ file: `${set.name}, icon "${name}"` }, () =>
        drawer.draw(svg, { width: size, height: size, background }),
      );
    },
  };
};

function digestIcons({ classNames, icons }: IconSelection, { size, background }: IconSetOptions): string {
  const drawing = { version: DRAWING_VERSION, size, background: background.toLowerCase() };
  return createHash('sha256').update(JSON.stringify({ drawing, classNames, icons })).digest('hex');
}

function describeSet({ name, version }: IconifyPackage, { size }: IconSetOptions): string {
  return `icon set ${name} ${version}, drawn at ${size} px`;
}

// --- which icons of a set are images, in which class and order

/** One icon as an image of a class. */
export interface SelectedIcon {
  readonly name: string;
  /** Index into `classNames`. */
  readonly label: number;
  /** An SVG document, square. */
  readonly svg: string;
}

/** The icons of a set that are used, sorted by class and then by name. */
interface IconSelection {
  /** In code-point order, as folders of images would be. */
  readonly classNames: readonly string[];
  readonly icons: readonly SelectedIcon[];
}

/** What is left in and what it is called. */
interface SelectionRules {
  /** Side of a drawing in px. */
  readonly size: number;
  /** Whether skin-tone variants are kept. */
  readonly skinTones: boolean;
  /**
   * The class of a category; `undefined` leaves its icons out.
   * @default the category's own name
   */
  readonly nameClass?: (category: string) => string | undefined;
}

/** Emoji modifiers Fitzpatrick 1-2 to 6, as one code point of a hyphenated sequence. */
const SKIN_TONE_CODE_POINT = /(^|-)1f3f[b-f](-|$)/i;
/** The same in the words of Unicode's short names, for sets without code points. */
const SKIN_TONE_NAME = /(^|-)(light|medium|dark)-skin-tone(-|$)/;

/**
 * Selects icons that are in a category, drawn and not hidden (hidden ones were removed by their artist).
 * An icon in two categories goes to the class that is first in order.
 * @throws EmbeddingAnimationError `DatasetInvalid` when a category lists an icon that the set lacks
 */
export function selectIcons(set: IconifyPackage, rules: SelectionRules): IconSelection {
  const classOf = nameClasses(set, rules);
  const classNames = sortDistinct(classOf.values());
  const labelOf = new Map(classNames.map((className, label) => [className, label]));
  const toned = rules.skinTones ? new Set<string>() : findSkinTones(set);
  const icons: SelectedIcon[] = [];
  for (const [name, className] of classOf) {
    if (toned.has(name)) continue;
    const drawing = drawIcon(set.icons, name, rules.size);
    if (drawing === undefined) throw iconMissing(set.name, name);
    if (!drawing.hidden) icons.push({ name, label: labelOf.get(className)!, svg: drawing.svg });
  }
  icons.sort((a, b) => a.label - b.label || compareCodePoints(a.name, b.name));
  return { classNames, icons };
}

function nameClasses({ categories }: IconifyPackage, { nameClass }: SelectionRules): Map<string, string> {
  const classOf = new Map<string, string>();
  for (const [category, names] of Object.entries(categories)) {
    const className = nameClass === undefined ? category : nameClass(category);
    if (className === undefined) continue;
    for (const name of names) {
      const known = classOf.get(name);
      if (known === undefined || compareCodePoints(className, known) < 0) classOf.set(name, className);
    }
  }
  return classOf;
}

/** Names of skin-tone variants: by their code points, or by their words where the set gives no code points. */
function findSkinTones({ categories, chars }: IconifyPackage): Set<string> {
  const toned = new Set<string>();
  const known = new Set(Object.values(chars));
  for (const [sequence, name] of Object.entries(chars)) {
    if (SKIN_TONE_CODE_POINT.test(sequence)) toned.add(name);
  }
  for (const name of Object.values(categories).flat()) {
    if (!known.has(name) && SKIN_TONE_NAME.test(name)) toned.add(name);
  }
  return toned;
}

function iconMissing(set: string, name: string): Error {
  return datasetInvalid(`${set}/metadata.json`, 'iconMissing', { icon: name });
}
