/** The sets of pictures that a run gets: one list, which drawing, encoding, publishing and pages go through. */
import { PORTRAIT_RATIO, type AnimationOptions, type PictureLook, type ThemeName } from './options/index.ts';

/** How the parts of a picture lie: as `width` and `height` say, or below each other, for phones. */
export type Arrangement = 'main' | 'portrait';

/** One set of pictures: every frame of a run in one look. */
export interface Variant {
  /** Told apart by it in file names: empty for the first of the list, else such as `portrait-dark`. */
  readonly name: string;
  readonly arrangement: Arrangement;
  /** All that decides how the pictures look. */
  readonly look: PictureLook;
}

/** Size in px of portrait pictures that were not given one. */
const PORTRAIT_SIZE = { width: 720, height: 1260 };

/** The sets of pictures that a look asks for; the first is what the run is shown with where one must do. */
export function listVariants({ theme, portrait, ...look }: AnimationOptions): [Variant, ...Variant[]] {
  const themes: [ThemeName, ...ThemeName[]] = theme === 'both' ? ['light', 'dark'] : [theme];
  const size = portrait === true ? PORTRAIT_SIZE : portrait;
  const hasPortrait = size !== false && look.height <= PORTRAIT_RATIO * look.width;
  const inThemes = (arrangement: Arrangement, own: Partial<PictureLook>): Variant[] =>
    themes.map((name, index) => ({
      name: [...(arrangement === 'main' ? [] : [arrangement]), ...(index === 0 ? [] : [name])].join('-'),
      arrangement,
      look: { ...look, ...own, theme: name },
    }));
  const [first, ...others] = inThemes('main', {});
  return [first!, ...others, ...(hasPortrait ? inThemes('portrait', size) : [])]; // there is a theme
}

/** Name of a variant's file: `frames/step-000040.portrait.png`. */
export function variantFile(stem: string, { name }: Pick<Variant, 'name'>, extension: string): string {
  return `${stem}.${name === '' ? '' : `${name}.`}${extension}`;
}
