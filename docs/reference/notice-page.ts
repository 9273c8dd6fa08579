/** The page on notices. */
import type { NoticeEntry } from '../../integrations/embedding-animation/notices.ts';
import type { ReferencePage } from './index.ts';

/** Every notice of the catalogue, in its order, under its name. */
export function describeNotices(catalogue: Readonly<Record<string, NoticeEntry<never>>>): ReferencePage {
  return {
    slug: 'notices',
    title: 'Notices',
    description: 'What is said of input that is not used, or is used with a reservation.',
    body: [
      "Nothing is left out in silence. What lies in a run's folder or its evaluation set and is not used, or is used with a reservation, is a notice: said once in the terminal when the run is rendered, listed by `astro-embedding-animation inspect`, and written to `animation.json` under `provenance.notices`. A notice never stops a build; what would make a picture wrong is an [error](../errors/).",
      ...Object.entries(catalogue).flatMap(([name, { level, meaning }]) => [
        `## \`${name}\``,
        meaning,
        level === 'warn' ? 'Said as a warning.' : 'Said as information.',
      ]),
    ].join('\n\n'),
  };
}
