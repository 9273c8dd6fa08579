/** Which of a log's values are the accuracy and the loss of an evaluation. */

/** The keys of an evaluation that counts. */
export interface EvaluationKeys {
  readonly accuracy: string;
  readonly loss: string;
}

/** Evaluations of a log, by what they could be chosen by. */
export interface FoundEvaluations {
  /** Those that count. */
  readonly keys: EvaluationKeys;
  /** Names of evaluation sets whose accuracy is there too, in the order of the log. */
  readonly others: readonly string[];
  /** Whole keys of shares that could be meant where there is no accuracy by that name, such as `eval_acc`. */
  readonly candidates: readonly string[];
  /** Whether the keys that count have an accuracy. */
  readonly hasAccuracy: boolean;
}

type Row = Readonly<Record<string, unknown>>;

const PREFIX = 'eval_';
const PLAIN: EvaluationKeys = { accuracy: 'eval_accuracy', loss: 'eval_loss' };
const OF_SET = /^eval_(.+)_(accuracy|loss)$/s;
/** What the Trainer adds to metrics. */
const NO_METRIC = /_(?:loss|runtime|per_second|time)$/;

/**
 * Finds the evaluations in the rows of a log. `eval_accuracy` counts, else the first `eval_<set>_accuracy`, as the
 * Trainer names them where it evaluates several sets. A key with a set's look in a row that has the plain
 * `eval_loss` or `eval_runtime` is another metric of the plain evaluation.
 * @param wanted a set's name, or a whole key such as `eval_acc`
 */
export function findEvaluations(rows: Iterable<Row>, wanted: string | undefined): FoundEvaluations {
  const sets = new Set<string>();
  const accuracies = new Set<string>();
  const candidates = new Set<string>();
  let isPlain = false;
  for (const row of rows) {
    const isOfPlain = 'eval_loss' in row || 'eval_runtime' in row || PLAIN.accuracy in row;
    isPlain ||= PLAIN.accuracy in row || PLAIN.loss in row;
    for (const key in row) {
      if (!key.startsWith(PREFIX)) continue;
      const [, set, kind] = isOfPlain ? [] : (OF_SET.exec(key) ?? []);
      if (set !== undefined) sets.add(set);
      if (kind === 'accuracy' && set !== undefined) accuracies.add(set);
      if (key === PLAIN.accuracy) accuracies.add('');
      else if (kind === undefined && !NO_METRIC.test(key) && isShare(row[key])) candidates.add(key);
    }
  }
  const chosen = wanted ?? chooseSet(sets, accuracies, isPlain);
  const keys = keysOf(chosen, [...accuracies], candidates);
  const hasAccuracy =
    [...accuracies].some((set) => keysOfSet(set).accuracy === keys.accuracy) || candidates.has(keys.accuracy);
  const others = [...accuracies].filter((set) => set !== '' && keysOfSet(set).accuracy !== keys.accuracy);
  return { keys, others, candidates: [...candidates], hasAccuracy };
}

function chooseSet(sets: ReadonlySet<string>, accuracies: ReadonlySet<string>, isPlain: boolean): string {
  if (accuracies.has('')) return '';
  const [first] = accuracies;
  if (first !== undefined) return first;
  return isPlain ? '' : ([...sets][0] ?? '');
}

/** A name of a set comes before a whole key. */
function keysOf(
  chosen: string,
  accuracies: readonly string[],
  candidates: ReadonlySet<string>,
): EvaluationKeys {
  const isKey = !accuracies.includes(chosen) && (candidates.has(chosen) || chosen.startsWith(PREFIX));
  if (!isKey) return keysOfSet(chosen);
  const [, set] = OF_SET.exec(chosen) ?? [];
  return {
    accuracy: chosen,
    loss: set !== undefined && accuracies.includes(set) ? keysOfSet(set).loss : PLAIN.loss,
  };
}

function keysOfSet(set: string): EvaluationKeys {
  return set === '' ? PLAIN : { accuracy: `eval_${set}_accuracy`, loss: `eval_${set}_loss` };
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
