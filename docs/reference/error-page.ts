/** The page on errors. */
import type { ErrorCase, ErrorEntry } from '../../integrations/embedding-animation/error-catalogue/index.ts';
import type { ReferencePage } from './index.ts';

/** Every error of the catalogue, in its order, under its name, with the messages that it comes with. */
export function describeErrors(catalogue: Readonly<Record<string, ErrorEntry>>): ReferencePage {
  return {
    slug: 'errors',
    title: 'Errors',
    description: 'Every error by its name: what it means and what to do.',
    body: [
      'Every error has a name, a message that says where (run, step, file) and what is wrong, and a hint that says what to do. In code it is an `EmbeddingAnimationError`; tell errors apart by `name`, never by the message.',
      ...Object.entries(catalogue).flatMap(([name, { title, meaning, remedy, cases }]) => [
        `## \`${name}\``,
        `**${title}.**`,
        meaning,
        `**What to do.** ${remedy}`,
        ...describeCases(Object.values(cases)),
      ]),
    ].join('\n\n'),
  };
}

function describeCases(cases: readonly ErrorCase<never>[]): string[] {
  if (cases.length === 0) return [];
  const all = [...new Set(cases.map(({ problem }) => problem(NAMED_FACTS)))];
  const messages = all.filter((text) => !ONLY_A_FACT.test(text));
  return [
    `**Messages**, with words in the place of facts:`,
    messages.map((text) => `- ${escapeMarkup(text)}`).join('\n'),
  ];
}

/** Stands in for the facts of any case: each is its own name, as `‹size›`. */
const NAMED_FACTS = new Proxy({}, { get: (_, name) => `‹${String(name)}›` }) as never; // any fact there is

/** What is passed on as somebody else said it. */
const ONLY_A_FACT = /^‹\w+›$/;

function escapeMarkup(text: string): string {
  return text.replaceAll(/[*_<[\]]/g, '\\$&');
}
