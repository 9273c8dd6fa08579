/** The page on the command line. */
import type { CommandLine } from './commands.ts';
import type { ReferencePage } from './index.ts';
import { table } from './markdown.ts';

/** Each command: usage, what it does, options. */
export function describeCommands({ commands, notes }: CommandLine): ReferencePage {
  return {
    slug: 'commands',
    title: 'Commands',
    description: 'The command line: render, pack and inspect runs without a site.',
    body: [
      'The package brings a command along. It runs the same pipeline as a build, and in a site shares its cache. Results go to stdout, progress to stderr.',
      ...commands.flatMap(({ name, usage, description, options }) => [
        `## \`${name}\``,
        `\`\`\`sh\nnpx astro-embedding-animation ${usage}\n\`\`\``,
        escapeMarkup(description),
        table(
          ['option', 'effect'],
          options.map((option) => [`\`${option.name}\``, escapeMarkup(option.help)]),
        ),
      ]),
      '## Exit codes and help',
      ...notes.map(escapeMarkup),
    ].join('\n\n'),
  };
}

/** Help is plain text: `<class>` in it is no tag. */
function escapeMarkup(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_');
}
