/** The Python libraries' values for the shipped run, as `tests/golden/make-emoji-reference.py` wrote them. */
import { readdirSync, readFileSync } from 'node:fs';

/** One checkpoint of the shipped run. */
export interface EmojiReference {
  readonly step: number;
  /** Digest of the evaluation set that was embedded. */
  readonly dataset: string;
  readonly rows: number;
  readonly cols: number;
  /** `[n × d]` */
  readonly embeddings: Float32Array;
  readonly scores: Float64Array;
  readonly scoresOfFloat32: Float32Array;
  /** The ten strongest outliers, strongest first. */
  readonly top: readonly number[];
  /** `[n × 2]` */
  readonly pca: Float64Array;
  readonly ratio: Float64Array;
  /** `[n × 2]`, onto the last step. */
  readonly aligned: Float64Array;
  readonly disparity: number;
}

interface Entry {
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const FOLDER = new URL('../golden/emoji/', import.meta.url);

/** All references, in step order. */
export function readEmojiReferences(): EmojiReference[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.safetensors'))
    .map((name) => readReference(readFileSync(new URL(name, FOLDER))))
    .sort((a, b) => a.step - b.step);
}

/** Its own reader, so that the package's does not vouch for itself. */
function readReference(file: Buffer): EmojiReference {
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<string, Entry> & {
    __metadata__: Record<'step' | 'dataset', string>;
  }; // our own script wrote it in this shape
  const bytes = (name: string): ArrayBuffer => {
    const [from, to] = header[name]!.data_offsets;
    return new Uint8Array(file.subarray(start + from, start + to)).buffer;
  };
  const [rows = 0, cols = 0] = header['embeddings']!.shape;
  return {
    step: Number(header.__metadata__.step),
    dataset: header.__metadata__.dataset,
    rows,
    cols,
    embeddings: new Float32Array(bytes('embeddings')),
    scores: new Float64Array(bytes('scores')),
    scoresOfFloat32: new Float32Array(bytes('scores_f32')),
    top: Array.from(new BigInt64Array(bytes('top')), Number),
    pca: new Float64Array(bytes('pca')),
    ratio: new Float64Array(bytes('ratio')),
    aligned: new Float64Array(bytes('aligned')),
    disparity: new Float64Array(bytes('disparity'))[0]!,
  };
}
