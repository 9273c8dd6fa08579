/** The language of pictures and pages, and the fonts it is set in. */
import { z } from 'zod';
import {
  ENGLISH,
  isLocale,
  placeholdersOf,
  WORD_KEYS,
  type Template,
  type WordKey,
} from '../locale/index.ts';

const template = z.string().min(1);
const pluralForms = z.strictObject({
  zero: template.optional(),
  one: template.optional(),
  two: template.optional(),
  few: template.optional(),
  many: template.optional(),
  other: template,
});

/** A BCP 47 tag, such as `ja` or `pt-BR`. */
export const localeSchema = z
  .string()
  .refine(isLocale, 'must be a language tag of BCP 47, such as "en", "ja" or "pt-BR"');

/** Texts by name; unknown names and unknown placeholders are errors. */
export const wordsSchema = z.strictObject(
  // `fromEntries` forgets that each key is there.
  Object.fromEntries(WORD_KEYS.map((key) => [key, templateOf(key)])) as Record<
    WordKey,
    ReturnType<typeof templateOf>
  >,
);

/** Texts by language. */
export const wordsByLanguageSchema = z.record(localeSchema, wordsSchema);

/** Names of npm packages. */
export const fontsSchema = z.array(
  z
    .string()
    .regex(
      /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/,
      'must be the name of a package, such as "@fontsource/noto-sans-jp"',
    ),
);

function templateOf(key: WordKey) {
  const known = placeholdersOf(ENGLISH[key]);
  return z
    .union([template, pluralForms])
    .superRefine((given: Template, context) => {
      for (const name of placeholdersOf(given)) {
        if (known.includes(name)) continue;
        const there = known.map((placeholder) => `{${placeholder}}`).join(', ');
        const problem = known.length === 0 ? 'it has no placeholders' : `its placeholders are ${there}`;
        context.addIssue({ code: 'custom', message: `{${name}} means nothing here: ${problem}` });
      }
    })
    .optional();
}
