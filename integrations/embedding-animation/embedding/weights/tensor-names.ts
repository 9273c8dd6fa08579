/**
 * What the name of a tensor says: whether it belongs to the image model, and to which of its layers, whatever stands
 * before the model and whichever version of transformers named it.
 */
import { makeError, type ErrorPlace } from '../../errors.ts';
import type { TrackedTable } from './weights.ts';

/** Names of the modules that an image model is made of; `head` is SigLIP's pooling head. */
const INSIDE =
  /(?:^|\.)((?:embeddings|encoder|layers|layernorm|pooler|pre_layrnorm|post_layernorm|head\.(?:attention|probe|mlp|layernorm))(?:\.|$).*)/;

/** Text models have layers of the same names. */
const TEXT = /(?:^|\.)text_model\./;

/** What lies on top of an image model and is no part of an embedding. */
const HEADS =
  /(?:^|\.)(?:classifier|cls_classifier|distillation_classifier|head_dist|decoder|lm_head|head|heads|fc|mlp_head|projector|projection_head|text_projection|visual_projection|logit_scale|logit_bias)(?:\.|$)/;

/** Inside of models, and in no embedding: for masked images, buffers of indices, and poolers that are not offered. */
const UNUSED = /^(?:embeddings\.(?:mask_token|position_ids)$|pooler\.|head\.)/;

/** Of methods that train few weights beside frozen ones, under the names that their libraries give them. */
const ADAPTER =
  /(?:^|[._])(?:lora|loha|lokr|hada|ia3|oft|boft|vera|dora|adalora|adapter|adapters|base_layer|prompt|prompts|prompt_embeddings|prefix|delta)(?:[._]|$)/i;

/** How a tensor that no graph reads is to be taken. */
type Unread = 'harmless' | 'inside' | 'adapter' | 'outside';

/**
 * The name inside the image model, such as `encoder.layer.0.…`; `undefined` for tensors of text models and for what
 * lies outside of the model.
 */
export function nameInside(name: string): string | undefined {
  return TEXT.test(name) ? undefined : INSIDE.exec(name)?.[1];
}

/**
 * One name for a layer, made of the names of a checkpoint's file (`encoder.layer.0.attention.attention.query.weight`)
 * or of the modules of transformers 5 (`layers.0.attention.q_proj.weight`), which adapters are named after.
 */
export function canonicalName(inside: string): string {
  return inside
    .replace(/^encoder\.layers?\./, 'layers.')
    .replace(/\.attention\.attention\./, '.attention.')
    .replace(/\.attention\.(query|key|value)\./, (_, layer: string) => `.attention.${layer[0]!}_proj.`)
    .replace(/\.attention\.output\.dense\./, '.attention.o_proj.')
    .replace(/\.intermediate\.dense\./, '.mlp.fc1.')
    .replace(/^(layers\.\d+)\.output\.dense\./, '$1.mlp.fc2.')
    .replace(/\.mlp\.weights_out\./, '.mlp.down_proj.');
}

/**
 * What it means that nothing has read a tensor of this name.
 * @param prefix what stands before the names of the model; empty for a model that is stored without a head
 */
function judgeUnread(name: string, prefix: string): Unread {
  const inside = nameInside(name);
  const isWithin = inside !== undefined && (prefix === '' || name.startsWith(prefix));
  if (TEXT.test(name) || (!isWithin && HEADS.test(name))) return 'harmless';
  if (ADAPTER.test(name)) return 'adapter';
  if (isWithin) return UNUSED.test(inside) ? 'harmless' : 'inside';
  return prefix !== '' && name.startsWith(prefix) ? 'inside' : 'outside';
}

/** What a classifier of images calls its head, with all that stands before it. */
const CLASSIFIER = /(?:^|\.)(classifier(?:\.(?:weight|bias))?)$/;

/** The name of a classification head or of its weights without what stands before it; `undefined` for all others. */
export function nameInHead(name: string): string | undefined {
  return TEXT.test(name) ? undefined : CLASSIFIER.exec(name)?.[1];
}

/** What is asked of an adapter's tensors. */
export interface AdapterTensors {
  /** Canonical names of weights that the adapter has whole. */
  readonly replaced: ReadonlySet<string>;
  /** Its tensors that no weight has taken. */
  readonly listUnread: () => string[];
}

/**
 * Refuses a model whose trained tensors would go unread.
 * @param prefix what stands before the names of the model in `table`
 * @returns names of tensors beside the model that are no head that is known
 * @throws EmbeddingAnimationError `TensorUnread` for tensors of the model, or of an adapter, that nothing has read
 */
export function checkAllRead(
  table: TrackedTable,
  adapter: AdapterTensors | undefined,
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
