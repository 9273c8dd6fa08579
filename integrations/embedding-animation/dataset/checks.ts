/** Whether a set's classes are those a model was trained to tell apart. */
import type { Dataset } from '../contracts.ts';
import { makeError, type ErrorPlace } from '../errors.ts';
import { indexNames } from '../names.ts';

/** What transformers writes where nobody named the classes. */
const PLACEHOLDER = /^LABEL_\d+$/;

/** Names listed in a message before the rest is counted. */
const NAMES_SHOWN = 5;

/**
 * Checks that the model knows every class of the set. Order does not matter, and the set may have fewer classes:
 * labels only colour and name the points. A model without names, or with `LABEL_<n>` alone, knows nothing to check.
 * @throws EmbeddingAnimationError `LabelsMismatch` naming the classes that the model does not know
 */
export function matchLabels(dataset: Dataset, modelClassNames: readonly string[], place: ErrorPlace): void {
  if (modelClassNames.every((name) => PLACEHOLDER.test(name))) return;
  const find = indexNames(modelClassNames);
  const { originalClassNames = dataset.classNames } = dataset;
  const unknown = originalClassNames.filter((name) => find(name) === -1);
  if (unknown.length === 0) return;
  const names = { unknown: listNames(unknown), known: listNames(modelClassNames) };
  throw makeError('LabelsMismatch', 'unknown', names, place);
}

function listNames(names: readonly string[]): string {
  const shown = names
    .slice(0, NAMES_SHOWN)
    .map((name) => `"${name}"`)
    .join(', ');
  const rest = names.length - NAMES_SHOWN;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
