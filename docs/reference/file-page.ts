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
      'Below `<base>/<path>/<run>/`, where `path` is [an option](../integration/#path). `<run>` is the name of the run’s folder; where that holds signs that some host refuses, its letters and digits, and a hash: `my run (1)` has the files in `my-run-1-5b0eac91`.',
      table(
        ['file', 'holds'],
        [
          ['`animation.gif`', 'all frames of the first map, looping'],
          ['`animation.portrait.gif`', 'the same in portrait, for phones'],
          [
            '`animation.dark.gif`, `animation.portrait-dark.gif`',
            'with `theme: both`: the same in dark colours',
          ],
          ['`animation.json`', 'run, classes, images, each frame’s figures and outliers, losses, provenance'],
          ['`animation.schema.json`', 'JSON Schema of `animation.json`'],
          ['`frames/step-000040.png`', 'one frame'],
          [
            '`frames/step-000040.portrait.png`, `….dark.png`, `….portrait-dark.png`',
            'the same in portrait, and in dark colours',
          ],
          ['`frames/step-000040.json`', 'its coordinates and scores, one number an image'],
          ['`frame.schema.json`', 'JSON Schema of the frames’ JSON'],
          [
            '`maps/<name>/animation.gif`, `maps/<name>/animation.json`, `maps/<name>/frames/…`',
            'the same of each further [map](../../maps/), by its name',
          ],
        ],
      ),
      'Which sets of pictures there are is decided by [`theme`](../looks/#theme) and [`portrait`](../looks/#portrait), and said by `variants` in `animation.json`.',
      'They are files below the folder that is built, as those of `public/` are: no middleware, trailing slash or adapter comes between, and `build.assetsPrefix` does not move them. Pages ask for them with `?v=` and eight digits of their hash, so that browsers and hosts may keep them for good; a host that knows nothing of it serves them all the same.',
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
