/** The looks of a run: those of the integration, with the run's own on top. */
import type { Dataset } from './contracts.ts';
import { makeError, type ErrorPlace } from './errors.ts';
import { indexNames } from './names.ts';
import type { AnimationOptions, RunAnimation } from './options/index.ts';
import { renamePalette } from './rendering/index.ts';

/**
 * The integration's looks `shared` with the run's `own` on top; palettes by the names of classes as readers see them.
 * @param place of the run's own looks, for errors
 * @throws EmbeddingAnimationError `RunFileInvalid` where the run's palette names a class that the set does not have
 */
export function resolveLook(
  shared: AnimationOptions,
  own: RunAnimation | undefined,
  dataset: Dataset,
  place: ErrorPlace,
): AnimationOptions {
  const renamed = renameClasses(own ?? {}, dataset, place);
  return mergeLooks(renameClasses(shared, dataset), renamed);
}

/**
 * The looks with the names in `palette` as readers see them: it may also use the data set's.
 * @param place of looks that are this run's alone: there every name must be one of its classes
 * @throws EmbeddingAnimationError `RunFileInvalid` for a name that no class has
 */
function renameClasses<Look extends RunAnimation>(look: Look, dataset: Dataset, place?: ErrorPlace): Look {
  if (look.palette === undefined) return look;
  const { classNames, originalClassNames = classNames } = dataset;
  const [findShown, findOriginal] = [indexNames(classNames), indexNames(originalClassNames)];
  const palette = renamePalette(look.palette, (name) => {
    const label = [findShown(name), findOriginal(name)].find((found) => found !== -1);
    if (label !== undefined) return classNames[label]!;
    if (place === undefined) return name; // a class of another run
    const known = classNames.map((each) => `"${each}"`).join(', ');
    throw makeError('RunFileInvalid', 'paletteClass', { name, known }, place);
  });
  return { ...look, palette };
}

/** `undefined` in a run's looks means "not said". */
function mergeLooks(base: AnimationOptions, own: RunAnimation): AnimationOptions {
  const said = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(said) };
}
