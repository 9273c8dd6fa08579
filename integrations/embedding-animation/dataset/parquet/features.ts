/** The `huggingface` metadata of a Parquet file: the features as the datasets library writes them. */
import { z } from 'zod';

/** What a file says of its columns. */
export interface Features {
  /** Columns of images. */
  readonly images: readonly string[];
  /** Columns of classes. */
  readonly labels: readonly string[];
  /** Names of classes by column, in the order of their numbers. */
  readonly classNames: ReadonlyMap<string, readonly string[]>;
}

const metadataSchema = z.object({
  info: z.object({ features: z.record(z.string(), z.unknown()) }),
});
const imageSchema = z.object({ _type: z.literal('Image') });
const classLabelSchema = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()).optional() });

/**
 * Reads the metadata. A file without it, or with other things in it, has no features: its columns are then told by
 * their names.
 */
export function readFeatures(huggingface: string | undefined): Features {
  const features = Object.entries(parseFeatures(huggingface));
  const labels = features.flatMap(([column, feature]) => {
    const parsed = classLabelSchema.safeParse(feature);
    return parsed.success ? [[column, parsed.data.names] as const] : [];
  });
  return {
    images: features.flatMap(([column, feature]) => (imageSchema.safeParse(feature).success ? [column] : [])),
    labels: labels.map(([column]) => column),
    classNames: new Map(labels.flatMap(([column, names]) => (names === undefined ? [] : [[column, names]]))),
  };
}

function parseFeatures(huggingface: string | undefined): Record<string, unknown> {
  if (huggingface === undefined) return {};
  try {
    return metadataSchema.safeParse(JSON.parse(huggingface)).data?.info.features ?? {};
  } catch {
    return {}; // not JSON: written by something else under the same key
  }
}
