/** `adapter_config.json` of PEFT: how an adapter's tensors are added to the weights of its base. */
import { join } from 'node:path';
import { z } from 'zod';
import { makeError, type EmbeddingAnimationError, type ErrorPlace } from '../../errors.ts';
import { isRecord, readJson } from '../../formats/json.ts';
import { ADAPTER_CONFIG } from '../../formats/model-files.ts';
import { parseOptions } from '../../options/index.ts';

/** What of the file decides the weights. */
export interface AdapterConfig {
  /** alpha of a module, named as in the model that was trained. */
  readonly alphaOf: (module: string) => number;
  /** Whether alpha is divided by the square root of the rank (rsLoRA). */
  readonly isRankStabilised: boolean;
  /** Class of the model that was trained, where the file says it. */
  readonly modelClass: string | undefined;
}

const schema = z.object({
  peft_type: z.string(),
  lora_alpha: z.number().nullish(),
  use_rslora: z.boolean().nullish(),
  alpha_pattern: z.record(z.string(), z.number()).nullish(),
  init_lora_weights: z.union([z.boolean(), z.string()]).nullish(),
  auto_mapping: z.looseObject({ base_model_class: z.string().nullish() }).nullish(),
});

const DEFAULT_ALPHA = 8;

/** These start from the base's own weights and change them; all others leave the base as it is. */
const CHANGES_BASE = /^(?:pissa|olora|corda|loftq|lora_ga)/i;

/** Keys that change what a layer computes in ways that are not built here. */
const UNSUPPORTED_KEYS = [
  'use_qalora',
  'use_bdlora',
  'arrow_config',
  'kasa_config',
  'monteclora_config',
  'alora_invocation_tokens',
  'layer_replication',
  'target_parameters',
] as const;

/** A pattern of few steps: PEFT takes regular expressions, and these may not take forever on a short name. */
const HARMLESS_PATTERN = /^[\w.\\^$|()[\]*+?-]{1,200}$/;
const REPEATED_GROUP = /[)\]*+?][*+{]/;
const MOST_REPETITIONS = 4;

/**
 * Reads `adapter_config.json` in `folder`.
 * @throws EmbeddingAnimationError `AdapterInvalid`; `AdapterUnsupported` for what is no LoRA, or one that is not built
 */
export async function readAdapterConfig(folder: string, place: ErrorPlace): Promise<AdapterConfig> {
  const here = { ...place, file: ADAPTER_CONFIG };
  const value = await readJson(join(folder, ADAPTER_CONFIG), 'AdapterInvalid', place);
  const config = parseOptions(schema, value, 'AdapterInvalid', here);
  const type = config.peft_type.toUpperCase();
  if (type !== 'LORA') throw makeError('AdapterUnsupported', 'type', { type: config.peft_type }, here);
  const init = config.init_lora_weights;
  if (typeof init === 'string' && CHANGES_BASE.test(init))
    throw makeError('AdapterUnsupported', 'baseChanged', { init }, here);
  const used = UNSUPPORTED_KEYS.find((key) => isRecord(value) && isSet(value[key]));
  if (used !== undefined) throw makeError('AdapterUnsupported', 'feature', { feature: used }, here);
  const patterns = Object.entries(config.alpha_pattern ?? {}).map(
    ([pattern, alpha]) => [toExpression(pattern, here), alpha] as const,
  );
  const { lora_alpha: usual } = config;
  return {
    alphaOf: (module) => patterns.find(([pattern]) => pattern.test(module))?.[1] ?? usual ?? DEFAULT_ALPHA,
    isRankStabilised: config.use_rslora === true,
    modelClass: config.auto_mapping?.base_model_class ?? undefined,
  };
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** PEFT's rule: the pattern fits the whole name, or the end of it behind a dot. */
function toExpression(pattern: string, place: ErrorPlace): RegExp {
  const repetitions = pattern.match(/[*+?{]/g)?.length ?? 0;
  const isHarmless = HARMLESS_PATTERN.test(pattern) && !REPEATED_GROUP.test(pattern);
  if (!isHarmless || repetitions > MOST_REPETITIONS) throw strangePattern(pattern, place);
  try {
    return new RegExp(`^(?:.*\\.)?(?:${pattern})$`);
  } catch (cause) {
    throw strangePattern(pattern, { ...place, cause });
  }
}

function strangePattern(
  pattern: string,
  origin: ErrorPlace & { readonly cause?: unknown },
): EmbeddingAnimationError {
  return makeError('AdapterInvalid', 'pattern', { pattern }, origin);
}
