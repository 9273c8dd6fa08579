/** Pages on options: of the integration, of looks, of run.yaml, of evaluation sets. */
import type { DatasetOptions } from '../../integrations/embedding-animation/options/index.ts';
import { describeOptions } from './markdown.ts';
import type { OptionEntry } from './option-entries.ts';
import type { OptionDoors } from './options.ts';
import type { ReferencePage } from './index.ts';

/** What a kind of evaluation set reads, in a heading and a sentence. */
const KINDS: Readonly<Record<DatasetOptions['type'], { readonly title: string; readonly reads: string }>> = {
  'image-folder': {
    title: 'Image folder',
    reads:
      'Images in folders named after their classes, or images with a `metadata.csv` or `metadata.jsonl`, as `datasets` reads an `imagefolder`: PNG, JPEG, WebP, TIFF, GIF and BMP.',
  },
  parquet: {
    title: 'Parquet',
    reads:
      'Parquet as on the Hugging Face hub: a file, or a folder of shards. Columns and class names come from its `huggingface` metadata where it has one.',
  },
  cifar: {
    title: 'CIFAR',
    reads:
      'The official binary archives of CIFAR-10 and CIFAR-100. `npx astro-embedding-animation download cifar10` fetches one.',
  },
  'icon-set': {
    title: 'Icon set',
    reads: "An npm package of icons in Iconify's layout; its categories are the classes.",
  },
};

/** Options of the integration. */
export function describeIntegration({ integration }: OptionDoors): ReferencePage {
  return {
    slug: 'integration',
    title: 'Options of the integration',
    description: 'What embeddingAnimation() takes in astro.config, with defaults.',
    body: [
      'All options may be left out. Unknown keys are errors.',
      "```js\n// astro.config.mjs\nimport { defineConfig } from 'astro/config';\nimport embeddingAnimation from 'astro-embedding-animation';\n\nexport default defineConfig({\n  integrations: [embeddingAnimation({ threads: 2, animation: { theme: 'dark' } })],\n});\n```",
      describeOptions(integration.entries),
      'Its keys are those of [looks](../looks/).',
    ].join('\n\n'),
  };
}

/** Looks, for all runs or one. */
export function describeLooks({ looks }: OptionDoors): ReferencePage {
  return {
    slug: 'looks',
    title: 'Looks of an animation',
    description: 'Size, colours and timing of an animation, for all runs or for one.',
    body: [
      'These keys stand under `animation`: in [the options of the integration](../integration/) they apply to all runs, in [`run.yaml`](../run-yaml/) to one. A run that leaves a key out has it from the integration.',
      describeOptions(looks.entries),
    ].join('\n\n'),
  };
}

/** run.yaml. */
export function describeRunFile({ runFile, map }: OptionDoors): ReferencePage {
  return {
    slug: 'run-yaml',
    title: 'run.yaml',
    description: 'What a run says of itself, beside its checkpoints.',
    body: [
      'Stands in the folder of the run, beside `checkpoint-<step>/`. Unknown keys are errors.',
      '```yaml\n# content/runs/flowers/run.yaml\ntitle: Flowers, told apart\ndataset:\n  type: image-folder\n  path: ./evaluation # evaluation/<class>/<file>.jpg\n```',
      'The keys of `dataset` are those of its [kind](../datasets/), the keys of `animation` those of [looks](../looks/).',
      describeOptions(runFile.entries),
      '## Keys of a map',
      'An entry of `maps` that is no name has these. [Maps](../../maps/) shows what they do.',
      describeOptions(map.entries, 3),
    ].join('\n\n'),
  };
}

/** Kinds of evaluation sets. */
export function describeDatasets({ datasets }: OptionDoors): ReferencePage {
  const shared = findShared([...datasets.values()].map(({ entries }) => entries));
  const isShared = ({ path }: OptionEntry): boolean => shared.some((entry) => entry.path === path);
  const kinds = Object.entries(KINDS);
  return {
    slug: 'datasets',
    title: 'Evaluation sets',
    description: 'The kinds of data sets that a run can be shown on, and their keys.',
    body: [
      'The evaluation set is what every checkpoint embeds. It stands under `dataset` in [`run.yaml`](../run-yaml/); its `type` says which kind it is. Paths are relative to `run.yaml`. Images are decoded as Pillow’s `convert("RGB")` does; one of more than 89,478,485 pixels is refused.',
      ...kinds.flatMap(([kind, { title, reads }]) => [
        `## ${title}`,
        `\`type: ${kind}\``,
        reads,
        describeOptions(
          datasets.get(kind)!.entries.filter((entry) => !isShared(entry)),
          3,
        ),
      ]),
      '## Keys of every kind',
      describeOptions(shared, 3),
    ].join('\n\n'),
  };
}

/** Keys that all kinds have and describe alike. */
function findShared([first = [], ...others]: readonly (readonly OptionEntry[])[]): readonly OptionEntry[] {
  return first.filter((entry) =>
    others.every((entries) => entries.some(({ path, text }) => path === entry.path && text === entry.text)),
  );
}
