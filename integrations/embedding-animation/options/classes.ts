/** Which classes of a set are used, in which order, and what they are called. */
import { z } from 'zod';
import { findSameNames } from '../names.ts';

const name = z.string('must be the name of a class').min(1, 'must be the name of a class');
const displayName = z.string('must be text').trim().min(1, 'must be text');

/** A class by its name in the set, and what readers see in its place. */
const namedClass = z.strictObject({ name, displayName });

const listSchema = z
  .array(z.union([name, namedClass], 'must be the name of a class'))
  .min(1, 'must name a class');

/** `{ truck: トラック, cat: 猫 }`; a name with nothing beside it is shown as it is. */
const mappingSchema = z
  .record(name, displayName.nullable())
  .transform((names) =>
    Object.entries(names).map(([key, shown]) => (shown === null ? key : { name: key, displayName: shown })),
  )
  .pipe(listSchema);

const WAYS = 'must be a list of names, or a mapping from names to display names';

/**
 * The option `classes`: a list of names, or a mapping to display names, which becomes a list so that its order is
 * kept whatever becomes of it. No class twice, and no two that readers could not tell apart.
 */
export const classesSchema = z.union([listSchema, mappingSchema], WAYS).superRefine((classes, context) => {
  const names = classes.map(nameOf);
  const [twice] = findSameNames(names) ?? [];
  if (twice !== undefined) context.addIssue({ code: 'custom', message: `names the class "${twice}" twice` });
  const [shownTwice] = findSameNames(classes.map(displayNameOf)) ?? [];
  if (twice === undefined && shownTwice !== undefined) {
    context.addIssue({ code: 'custom', message: `calls two classes "${shownTwice}"` });
  }
});

/** One class of the option `classes`. */
export type ClassChoice = z.output<typeof listSchema>[number];

/** A class's name in the set. */
export function nameOf(choice: ClassChoice): string {
  return typeof choice === 'string' ? choice : choice.name;
}

/** What readers see. */
export function displayNameOf(choice: ClassChoice): string {
  return typeof choice === 'string' ? choice : choice.displayName;
}
