/**
 * Every way in which this package refuses its input: one entry a name, with its texts. The documentation's page of
 * errors is made from it.
 */
import { checkpointsErrors } from './checkpoints.ts';
import type { typedPathCases } from './dataset-cases.ts';
import { datasetErrors } from './dataset.ts';
import { embeddingsErrors } from './embeddings.ts';
import { modelsErrors } from './models.ts';
import { resultsErrors } from './results.ts';
import { siteErrors } from './site.ts';
import type { ErrorCase } from './entry.ts';

export type { ErrorCase, ErrorEntry } from './entry.ts';
export { fileHints, sharedCases } from './entry.ts';

export const errorCatalogue = {
  ...siteErrors,
  ...checkpointsErrors,
  ...modelsErrors,
  ...embeddingsErrors,
  ...datasetErrors,
  ...resultsErrors,
} as const;

/** The name of an error; tests and callers tell errors apart by it, never by the message. */
export type ErrorName = keyof typeof errorCatalogue;

/** The cases of an error that the catalogue has texts for. */
export type CaseName<Name extends ErrorName> = keyof (typeof errorCatalogue)[Name]['cases'] & string;

/** The cases of a data set that somebody typed the path of. */
export type TypedPathCase = keyof typeof typedPathCases;

/** What the texts of a case are made from. */
export type CaseFacts<Name extends ErrorName, Case extends CaseName<Name>> =
  (typeof errorCatalogue)[Name]['cases'][Case] extends ErrorCase<infer Facts> ? Facts : never;
