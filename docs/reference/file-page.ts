/** The page on emitted files. */
import type { ReferencePage } from './index.ts';
import { listFields, type FieldEntry } from './json-schema.ts';
import { table } from './markdown.ts';

/** Files of a run below its URL; fields of the JSON ones come from the schemas that are emitted beside them. */
export function describeFiles({ manifest, frame }: { manifest: unknown; frame: unknown }): ReferencePage {
  return {
    slug: 'files',
    title: 'Emitted files',
    description: 'What a build publishes for each run: pictures, GIF, and every number in them as JSON.',
    body: [
      'Below `<base>/<path>/<run>/`, where `path` is [an option](../integration/#path):',
      table(
        ['file', 'holds'],
        [
          ['`animation.gif`', 'all frames, looping'],
          ['`animation.json`', 'run, classes, images, each frame’s figures and outliers, losses, provenance'],
          ['`animation.schema.json`', 'JSON Schema of `animation.json`'],
          ['`frames/step-000040.png`', 'one frame'],
          ['`frames/step-000040.json`', 'its coordinates and scores, one number an image'],
          ['`frame.schema.json`', 'JSON Schema of the frames’ JSON'],
        ],
      ),
      'The same input gives the same bytes, on any number of threads. `version` is raised when a field changes its meaning or goes away; new fields may come without it.',
      '## `animation.json`',
      fieldTable(listFields(manifest)),
      '## `frames/step-<step>.json`',
      fieldTable(listFields(frame)),
    ].join('\n\n'),
  };
}

function fieldTable(fields: readonly FieldEntry[]): string {
  const rows = fields.map(({ path, type, isRequired, text }) => [
    `\`${path}\``,
    isRequired ? type : `${type}, may be absent`,
    text,
  ]);
  return table(['field', 'type', 'holds'], rows);
}
