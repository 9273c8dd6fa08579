/** What Python and R make of several maps, for tests: written by scripts in `tests/golden/`. */
import { readFileSync } from 'node:fs';
import type { MapQuality, TemporalQuality } from '../../integrations/embedding-animation/analysis/index.ts';
import type { Embeddings, Logits, Matrix } from '../../integrations/embedding-animation/contracts.ts';
import { mapOf } from './analysis.ts';

/** scikit-learn's principal components of several frames stacked. */
export interface PooledGolden {
  readonly name: string;
  readonly frames: readonly Embeddings[];
  readonly means: Float64Array;
  readonly axes: Float64Array;
  readonly ratio: readonly [number, number];
  /** Of each frame: its coordinates, and the shares of its own variance. */
  readonly points: readonly Float64Array[];
  readonly shares: readonly (readonly [number, number])[];
}

/** Maps laid onto their mean shape. */
export interface GeneralizedGolden {
  readonly name: string;
  readonly scaling: boolean;
  readonly reflection: boolean;
  readonly maps: readonly Matrix<Float64Array>[];
  readonly aligned: readonly Float64Array[];
  readonly residual: number;
  /** SciPy's, against the last. */
  readonly disparities: readonly number[];
}

/** Maps as procGPA lays them onto each other. */
export interface ProcGpaGolden {
  readonly name: string;
  readonly scaling: boolean;
  /** Root mean square distance to the mean shape. */
  readonly rmsd: number;
  readonly maps: readonly Matrix<Float64Array>[];
  readonly rotated: readonly Matrix<Float64Array>[];
}

export function readPooledGoldens(): PooledGolden[] {
  interface Case extends Pick<PooledGolden, 'name' | 'ratio' | 'shares'> {
    cols: number;
    frames: string[];
    means: string;
    axes: string;
    points: string[];
  }
  return read<Case>('pooled-pca').map(({ cols, frames, means, axes, points, ...rest }) => ({
    ...rest,
    frames: frames.map((text) => embeddingsFrom(text, cols)),
    means: doubles(means),
    axes: doubles(axes),
    points: points.map(doubles),
  }));
}

export function readGeneralizedGoldens(): GeneralizedGolden[] {
  interface Case extends Omit<GeneralizedGolden, 'maps' | 'aligned'> {
    maps: string[];
    aligned: string[];
  }
  return read<Case>('generalized-procrustes').map(({ maps, aligned, ...rest }) => ({
    ...rest,
    maps: maps.map((text) => mapOf(doubles(text))),
    aligned: aligned.map(doubles),
  }));
}

export function readProcGpaGoldens(): ProcGpaGolden[] {
  interface Case extends Pick<ProcGpaGolden, 'name' | 'scaling' | 'rmsd'> {
    maps: number[][];
    rotated: number[][];
  }
  return read<Case>('proc-gpa').map(({ maps, rotated, ...rest }) => ({
    ...rest,
    maps: maps.map(mapOf),
    rotated: rotated.map(mapOf),
  }));
}

/** A sample of scikit-learn's map of five frames of 10,000 × 768. */
export interface LargePooledGolden {
  /** Rows that `points` has. */
  readonly sample: readonly number[];
  readonly ratio: readonly [number, number];
  readonly frames: readonly {
    /** As `makeLargeEmbeddings` takes it. */
    readonly spread: number | null;
    readonly points: Float64Array;
    readonly share: readonly [number, number];
  }[];
}

export function readLargePooledGolden(): LargePooledGolden {
  const file = new URL('../golden/analysis/pooled-pca-large.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    key === 'points' && typeof value === 'string' ? doubles(value) : value,
  ) as LargePooledGolden; // our own script wrote it in this shape
}

function read<Case>(name: string): Case[] {
  const file = new URL(`../golden/analysis/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Case[]; // our own scripts wrote it in this shape
}

function doubles(base64: string): Float64Array {
  return new Float64Array(decode(base64));
}

function decode(base64: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(base64, 'base64')).buffer;
}

/** A class map as SciPy and a search through all permutations make it. */
export interface ClassMapGolden {
  readonly name: string;
  readonly logits: Logits;
  readonly trueClasses: readonly number[];
  readonly confusion: Float64Array;
  readonly order: readonly number[];
  readonly temperature: number;
  readonly anchors: Float64Array;
  readonly points: Float64Array;
}

/** The cases of `make-class-map.py`. */
export function readClassMapGoldens(): ClassMapGolden[] {
  interface Case extends Pick<ClassMapGolden, 'name' | 'trueClasses' | 'order' | 'temperature'> {
    classes: number;
    logits: string;
    confusion: string;
    anchors: string;
    points: string;
  }
  return read<Case>('class-map').map(({ classes, logits, confusion, anchors, points, ...rest }) => {
    const data = new Float32Array(decode(logits));
    return {
      ...rest,
      logits: { rows: data.length / classes, cols: classes, data },
      confusion: doubles(confusion),
      anchors: doubles(anchors),
      points: doubles(points),
    };
  });
}

/** A map with what Python says of it. */
export interface MapQualityGolden extends MapQuality {
  readonly name: string;
  readonly k: number;
  readonly labels: Int32Array;
  readonly embeddings: Embeddings;
  readonly points: Matrix<Float64Array>;
}

/** The small cases of `make-map-quality.py`. */
export function readMapQualityGoldens(): MapQualityGolden[] {
  interface Case extends Omit<MapQualityGolden, 'labels' | 'embeddings' | 'points' | 'trueNeighbours'> {
    cols: number;
    labels: string;
    embeddings: string;
    points: string;
    trueNeighbours: string;
  }
  return read<Case>('map-quality').map(({ cols, labels, embeddings, points, trueNeighbours, ...rest }) => ({
    ...rest,
    labels: new Int32Array(decode(labels)),
    embeddings: embeddingsFrom(embeddings, cols),
    points: mapOf(doubles(points)),
    trueNeighbours: Uint8Array.from(new Int32Array(decode(trueNeighbours))),
  }));
}

/** Frames of a run with what SciPy says of their movement. */
export interface TemporalGolden extends TemporalQuality {
  readonly name: string;
  readonly frames: readonly Embeddings[];
  readonly maps: readonly Matrix<Float64Array>[];
}

/** The runs of `make-map-quality.py`. */
export function readTemporalGoldens(): TemporalGolden[] {
  interface Case extends Omit<TemporalGolden, 'frames' | 'maps'> {
    cols: number;
    frames: string[];
    maps: string[];
  }
  return read<Case>('temporal').map(({ cols, frames, maps, ...rest }) => ({
    ...rest,
    frames: frames.map((text) => embeddingsFrom(text, cols)),
    maps: maps.map((text) => mapOf(doubles(text))),
  }));
}

/** What holds of the principal components of 10,000 × 768 embeddings, ranks being counted from every image. */
export interface LargeMapQualityGolden extends Required<Omit<MapQuality, 'trueNeighbours'>> {
  /** As `makeLargeEmbeddings` takes it. */
  readonly spread: number | null;
  readonly trustworthiness: number;
  readonly continuity: number;
}

/** The large cases of `make-map-quality.py`. */
export function readLargeMapQualityGoldens(): LargeMapQualityGolden[] {
  return read<LargeMapQualityGolden>('map-quality-large');
}

function embeddingsFrom(base64: string, cols: number): Embeddings {
  const data = new Float32Array(decode(base64));
  return { rows: data.length / cols, cols, data };
}
