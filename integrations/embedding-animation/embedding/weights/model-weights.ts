/** The weights of one model, and which of them were read. */
import { makeError, type ErrorPlace } from '../../errors.ts';
import type { Adapter } from './adapter.ts';
import type { StoredTensor } from '../../formats/safetensors/index.ts';
import { canonicalName, judgeUnread, nameInside } from './tensor-names.ts';

/** What a model is built from. */
export interface ModelWeights {
  readonly table: TrackedTable;
  /** What was trained beside them, where they stayed as they were. */
  readonly adapter: Adapter | undefined;
}

/** A tensor table that knows which tensors were taken. */
export class TrackedTable extends Map<string, StoredTensor> {
  readonly #taken = new Set<string>();

  override get(name: string): StoredTensor | undefined {
    this.#taken.add(name);
    return super.get(name);
  }

  /** Names that were never asked for, in the order of the table. */
  listUnread(): string[] {
    return [...this.keys()].filter((name) => !this.#taken.has(name));
  }
}

/**
 * Refuses a model whose trained tensors would go unread.
 * @param prefix what stands before the names of the model in `table`
 * @returns names of tensors beside the model that are no head that is known
 * @throws EmbeddingAnimationError `TensorUnread` for tensors of the model, or of an adapter, that nothing has read
 */
export function checkAllRead(
  { table, adapter }: ModelWeights,
  prefix: string,
  places: { readonly weights: ErrorPlace; readonly adapter: ErrorPlace },
): string[] {
  const replaced = adapter?.replaced ?? new Set();
  const ofModel = table
    .listUnread()
    .filter((name) => !replaced.has(canonicalName(nameInside(name) ?? name)))
    .map((name) => ({ name, place: { file: table.get(name)?.file, ...places.weights }, prefix }));
  const ofAdapter = (adapter?.listUnread() ?? []).map((name) => ({
    name,
    place: places.adapter,
    prefix: '',
  }));
  const outside: string[] = [];
  for (const group of [ofModel, ofAdapter]) {
    const judged = group.map((one) => ({ ...one, as: judgeUnread(one.name, one.prefix) }));
    for (const kind of ['adapter', 'inside'] as const) {
      const [first, ...others] = judged.filter(({ as }) => as === kind);
      if (first === undefined) continue;
      throw makeError('TensorUnread', kind, { tensor: first.name, others: others.length }, first.place);
    }
    outside.push(...judged.filter(({ as }) => as === 'outside').map(({ name }) => name));
  }
  return outside;
}
