/** The page on errors. */
import type { ErrorEntry } from '../../integrations/embedding-animation/error-catalogue.ts';
import type { ReferencePage } from './index.ts';

/** Every error of the catalogue, in its order, under its name. */
export function describeErrors(catalogue: Readonly<Record<string, ErrorEntry>>): ReferencePage {
  return {
    slug: 'errors',
    title: 'Errors',
    description: 'Every error by its name: what it means and what to do.',
    body: [
      'Every error has a name, a message that says where (run, step, file) and what is wrong, and a hint that says what to do. In code it is an `EmbeddingAnimationError`; tell errors apart by `name`, never by the message.',
      ...Object.entries(catalogue).flatMap(([name, { title, meaning, remedy }]) => [
        `## \`${name}\``,
        `**${title}.**`,
        meaning,
        `**What to do.** ${remedy}`,
      ]),
    ].join('\n\n'),
  };
}
