/** The page on words: every text of pictures and pages, in the languages that the package brings along. */
import { fileURLToPath } from 'node:url';
import { ENGLISH, type Template } from '../../integrations/embedding-animation/locale/index.ts';
import type { ReferencePage } from './index.ts';
import { table } from './markdown.ts';
import { openSchemas } from './schema-comments.ts';

const WORDS_MODULE = fileURLToPath(
  new URL('../../integrations/embedding-animation/locale/words.ts', import.meta.url),
);

/** Each word by its name: where it stands, and the English text. */
export function describeWords(): ReferencePage {
  const keys = openSchemas(WORDS_MODULE)('ENGLISH').keys();
  const rows = Object.entries(ENGLISH).map(([name, template]) => [
    `\`${name}\``,
    sayTemplate(template),
    keys.get(name)?.comment.text ?? '',
  ]);
  return {
    slug: 'words',
    title: 'Words',
    description:
      'Every text of pictures, player and alternative texts by its name, to be said in another language.',
    body: [
      'These are the names that [`words`](../integration/#words) takes, with their English texts. What stands in braces is put in when the text is shown. A text that counts may be given by plural forms, `{ one: …, other: … }`, as `Intl.PluralRules` names them. [Languages and fonts](../../recipes/languages/) shows how.',
      table(['name', 'English', 'where'], rows),
    ].join('\n\n'),
  };
}

function sayTemplate(template: Template): string {
  if (typeof template === 'string') return template;
  return Object.entries(template)
    .map(([form, text]) => `${form}: ${text}`)
    .join('; ');
}
