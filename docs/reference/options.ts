/** The option schemas of the package, each key with its comment. */
import { fileURLToPath } from 'node:url';
import {
  animationSchema,
  datasetSchema,
  mapFieldsSchema,
  optionsSchema,
  runFileSchema,
} from '../../integrations/embedding-animation/options/index.ts';
import { listOptions, type DocumentedOptions } from './option-entries.ts';
import { openSchemas } from './schema-comments.ts';
import { unwrap } from './schema-types.ts';

const OPTIONS_MODULE = fileURLToPath(
  new URL('../../integrations/embedding-animation/options/index.ts', import.meta.url),
);

/** Described once for all runs; what a run may say of its own animation is the same without defaults. */
const OF_ITS_OWN_PAGE: ReadonlySet<string> = new Set(['animation', 'dataset', 'words']);

/** Every door that options come in by. */
export interface OptionDoors {
  readonly integration: DocumentedOptions;
  readonly looks: DocumentedOptions;
  readonly runFile: DocumentedOptions;
  /** Of an entry of `maps`. */
  readonly map: DocumentedOptions;
  /** By `dataset.type`. */
  readonly datasets: ReadonlyMap<string, DocumentedOptions>;
}

/** Reads the schemas and their comments. It takes the TypeScript compiler a second or two. */
export function documentOptions(): OptionDoors {
  const open = openSchemas(OPTIONS_MODULE);
  const kinds = open('datasetSchema').parts();
  return {
    integration: listOptions(optionsSchema, open('optionsSchema'), OF_ITS_OWN_PAGE),
    looks: listOptions(animationSchema, open('animationSchema')),
    runFile: listOptions(runFileSchema, open('runFileSchema'), OF_ITS_OWN_PAGE),
    map: listOptions(mapFieldsSchema, open('mapFieldsSchema')),
    datasets: new Map(
      datasetSchema.options.map((schema, i) => [nameKind(schema), listOptions(schema, kinds[i]!)]),
    ),
  };
}

/** What is wrong with the comments of all doors, each sentence with its door. */
export function findOptionProblems({ integration, looks, runFile, map, datasets }: OptionDoors): string[] {
  const doors: [string, DocumentedOptions][] = [
    ['integration', integration],
    ['animation', looks],
    ['run.yaml', runFile],
    ['maps', map],
    ...[...datasets].map(([kind, options]): [string, DocumentedOptions] => [`dataset ${kind}`, options]),
  ];
  return doors.flatMap(([door, { problems }]) => problems.map((problem) => `${door}: ${problem}`));
}

function nameKind(schema: (typeof datasetSchema.options)[number]): string {
  const { def } = unwrap(schema.shape.type).schema._zod;
  return def.type === 'literal' ? String(def.values[0]) : def.type;
}
