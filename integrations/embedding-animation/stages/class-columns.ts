/** Which class of the evaluation set each column of a model's logits is. */
import type { Dataset, TrainerRun } from '../contracts.ts';
import { indexNames } from '../names.ts';

/** A column of the logits. */
export interface ClassColumn {
  /** As readers see it: the set's display name, or the model's own for a class that the set lacks. */
  readonly name: string;
  /** Index into the set's `classNames`; `undefined` for a class of the model that the set lacks. */
  readonly label: number | undefined;
}

/** Something that is not there, and why: the end of a sentence that begins with "since". */
export interface Unavailable {
  readonly available: false;
  readonly reason: string;
}

/** What the columns are compared by. */
export interface ColumnSource {
  /** Columns of the logits. */
  readonly classes: number;
  /** `id2label`, in the order of the columns; empty where nothing names them. */
  readonly modelClassNames: TrainerRun['classNames'];
  readonly dataset: Pick<Dataset, 'classNames' | 'originalClassNames'>;
  /**
   * Whether columns without names are the set's classes in the set's order: of logits that somebody stored for it, where
   * run.yaml gives the classes no other order.
   */
  readonly isOrderOfSet: boolean;
}

/** What transformers writes where nobody named the classes. */
const PLACEHOLDER = /^LABEL_\d+$/;
/** Names in a reason before the rest is counted. */
const NAMES_SHOWN = 3;

/**
 * The class of each column, by its name in whatever Unicode form. The set may have fewer classes than the model, but none
 * that the model lacks: its images would be of no place.
 */
export function matchColumns(source: ColumnSource): readonly ClassColumn[] | Unavailable {
  const { classes, dataset, isOrderOfSet } = source;
  const { classNames, originalClassNames = classNames } = dataset;
  const names = source.modelClassNames.every((name) => PLACEHOLDER.test(name)) ? [] : source.modelClassNames;
  if (names.length === 0 && isOrderOfSet && classes === classNames.length)
    return classNames.map((name, label) => ({ name, label }));
  if (names.length === 0) return unavailable(describeUnnamed(source));
  if (names.length !== classes)
    return unavailable(`config.json names ${names.length} classes, and the logits are of ${classes}`);
  const forms = names.map((name) => name.normalize());
  const twice = names.find((_, index) => forms.indexOf(forms[index]!) !== index);
  if (twice !== undefined) return unavailable(`config.json names two classes "${twice}" (id2label)`);
  const find = indexNames(originalClassNames);
  const columns = names.map((name): ClassColumn => {
    const label = find(name);
    return label === -1 ? { name, label: undefined } : { name: classNames[label]!, label };
  });
  const known = new Set(columns.map(({ label }) => label));
  const lacking = originalClassNames.filter((_, label) => !known.has(label));
  return lacking.length === 0 ? columns : unavailable(describeLacking(lacking));
}

function describeUnnamed({ classes, dataset, isOrderOfSet }: ColumnSource): string {
  if (isOrderOfSet)
    return `the logits are of ${classes} classes, the evaluation set has ${dataset.classNames.length}, and no config.json names the logits (id2label)`;
  return 'config.json does not name the classes of its logits (id2label)';
}

function describeLacking(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  const all = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return `the model does not know ${names.length === 1 ? 'the class' : 'the classes'} ${all} of the evaluation set`;
}

/** Something that is not there, for a reason. */
export function unavailable(reason: string): Unavailable {
  return { available: false, reason };
}
