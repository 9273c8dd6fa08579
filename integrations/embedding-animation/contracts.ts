/** The types that cross from one room to another. No code lives here. */
import type { FrameFigures, MapFigures, WholeMapFigures } from './frame-figures.ts';
import type { EmbeddingOptions, MapOptions } from './options/index.ts';

/** Where a stage reports what it does. Astro's integration logger fits. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** Called as work proceeds: `done` of `total` units of the current stage. */
export type OnProgress = (done: number, total: number) => void;

/** Waits until so many bytes of memory may be used for an image. */
export type Reserve = (bytes: number) => Promise<void>;

/** An 8-bit RGB image, interleaved and row-major: `[height × width × 3]`. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Images of one size as 8-bit values, planar: `[count × 3 × height × width]`, in memory that threads share. */
export interface Pixels {
  readonly count: number;
  readonly channels: 3;
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array<SharedArrayBuffer>;
}

/** A dense matrix, row-major `[rows × cols]`. */
export interface Matrix<Data extends Float32Array | Float64Array = Float32Array | Float64Array> {
  readonly rows: number;
  readonly cols: number;
  readonly data: Data;
}

/** Something that was there and is not used, or is used with a reservation. `notices.ts` has their catalogue. */
export interface Notice {
  /** Which of the catalogue's notices it is. */
  readonly name: string;
  /** What is to be known, as a sentence without its end: the items follow it. */
  readonly text: string;
  /** How many items there are. */
  readonly count: number;
  /** What it is about, such as names of files; the first ones where there are many. */
  readonly items: readonly string[];
}

// --- a run -----------------------------------------------------------------------------------------

/** One logged training step. */
export interface LossRow {
  /** Global step (optimizer updates so far). */
  readonly step: number;
  /** Epochs so far; fractional. */
  readonly epoch: number;
  /** Training loss as the Trainer logged it. */
  readonly loss: number;
}

/** A logged training step whose loss is no number that can be drawn: it is NaN, infinite, or too large for float32. */
export type LossGap = Pick<LossRow, 'step' | 'epoch'>;

/** One evaluation during training. */
export interface EvaluationRow {
  readonly step: number;
  readonly epoch: number;
  /** Held-out accuracy, 0 … 1, where the Trainer computed it. */
  readonly accuracy: number | undefined;
  readonly loss: number | undefined;
}

/** A checkpoint's folder, such as `checkpoint-<step>` of a Trainer, described without reading its weights into memory. */
export interface Checkpoint {
  /** The run's id: the folder's path below the runs folder. */
  readonly run: string;
  readonly step: number;
  /** Absolute path of the checkpoint's folder. Never published. */
  readonly folder: string;
  readonly epoch: number | undefined;
  /** The last training loss logged up to this step; `undefined` before the first, and where that one is a gap. */
  readonly loss: number | undefined;
  readonly accuracy: number | undefined;
  /** `model_type` of config.json, such as `vit`; `unknown` for ready embeddings without one. */
  readonly modelType: string;
  readonly embeddingWidth: number;
  /** Width of the tokens that an embedding is pooled from. @default `embeddingWidth` */
  readonly tokenWidth?: number;
  /** Number of weights in safetensors files, an adapter's base included; 0 for any other form. */
  readonly parameters: number;
  /** Size in bytes of the files that its embeddings are made from; of an adapter without its base. */
  readonly bytes: number;
  /** What its embeddings are made from. */
  readonly form: CheckpointForm;
  /** Paths of those files below `folder`; of an ONNX export the model first. */
  readonly files: readonly string[];
  /**
   * sha256 (hex) over config.json, the image processor's file and the weights (of an adapter its base's too), or over
   * the ready embeddings.
   */
  readonly digest: string;
  /**
   * Logits beside ready embeddings.
   * @default none, or a model gives them
   */
  readonly logits?: StoredLogits | undefined;
  /** Absolute path of the folder of the model that an adapter adds to. Never published. */
  readonly base?: string | undefined;
  /**
   * How tokens become an embedding where the run does not say: as the head of the last checkpoint's classifier reads
   * them.
   * @default the model's own way
   */
  readonly pooling?: EmbeddingOptions['pooling'];
}

/** A file of logits beside ready embeddings. */
export interface StoredLogits {
  /** Its name in the checkpoint's folder. */
  readonly file: string;
  /** sha256 (hex) of the file. */
  readonly digest: string;
}

/**
 * Where a checkpoint's embeddings come from: `weights` in safetensors files, an `adapter` to such weights of another
 * folder, an `onnx` export in the layout of transformers.js, ready `embeddings` in a file beside it, or a run that was
 * `packed` and has none of them.
 */
export type CheckpointForm = 'weights' | 'adapter' | 'onnx' | 'embeddings' | 'packed';

/** A Trainer output folder as read: checkpoints in step order, and the history of the training. */
export interface TrainerRun {
  readonly run: string;
  readonly folder: string;
  readonly checkpoints: readonly Checkpoint[];
  /** By step. */
  readonly losses: readonly LossRow[];
  /**
   * Logged steps in between that have no loss, by step: the curve is broken there.
   * @default none
   */
  readonly lossGaps?: readonly LossGap[] | undefined;
  readonly evaluations: readonly EvaluationRow[];
  /** `id2label` of the last checkpoint's config.json, in index order; empty where it has none. */
  readonly classNames: readonly string[];
  /** What of the folder is not used, or with a reservation. */
  readonly notices: readonly Notice[];
}

// --- images and labels -----------------------------------------------------------------------------

/** One image of the evaluation set. */
export interface DatasetItem {
  /** A short name for people, unique in the set: a file's path or an icon's name. */
  readonly name: string;
  /** Index into the set's `classNames`. */
  readonly label: number;
}

/** Labelled images in a stable order. Every reader gives this. */
export interface Dataset {
  /** As readers see them, in the order of legends, colours and files. */
  readonly classNames: readonly string[];
  /**
   * As the set itself has them, in the same order: what a model's `id2label` is compared with.
   * @default `classNames`
   */
  readonly originalClassNames?: readonly string[];
  readonly items: readonly DatasetItem[];
  /** sha256 (hex) over everything that decides pixels, labels, names and order of images; not how classes are shown. */
  readonly digest: string;
  /** What the set is, for provenance and credits: no path of this machine. */
  readonly source: string;
  /**
   * What of the set is not used, or with a reservation.
   * @default none
   */
  readonly notices?: readonly Notice[] | undefined;
  /**
   * Which images of the set these are, where unreadable ones were left out.
   * @default all of them
   */
  readonly kept?: KeptImages | undefined;
  /**
   * Decodes image `index` as Pillow's `convert("RGB")` would see it, turned by its EXIF orientation unless the options
   * say otherwise.
   * @param reserve waits until the memory that this takes may be used; the caller gives it back when the image is gone
   * @throws EmbeddingAnimationError `ImageUnreadable`
   */
  decode(index: number, reserve?: Reserve): Promise<RgbImage>;
  /**
   * Which of these images `decode` turns by their EXIF orientation. Reads all of them; missing where none is turned.
   */
  readonly findTurned?: ((indices: readonly number[]) => Promise<readonly number[]>) | undefined;
}

/** The images that stayed when others were left out. */
export interface KeptImages {
  /** Images before. */
  readonly of: number;
  /** Index of each image before, ascending. */
  readonly indices: readonly number[];
}

// --- results ---------------------------------------------------------------------------------------

/** Embeddings of the whole evaluation set with one checkpoint: `[n × d]`, float32. */
export type Embeddings = Matrix<Float32Array>;

/** A classifier's outputs before the softmax, `[n × classes of the model]`, float32, in the order of its `id2label`. */
export type Logits = Matrix<Float32Array>;

/** The nearest other images of every image in embedding space. */
export interface Neighbours {
  /** How many of each. */
  readonly k: number;
  /** Cosine distance is that of unit vectors: 1 − cos. */
  readonly metric: 'cosine' | 'euclidean';
  /** `[n × k]`, nearest first. */
  readonly indices: Int32Array;
  /** `[n × k]`, by `metric`. */
  readonly distances: Float64Array;
}

/** cleanlab's outlier score of every image in one checkpoint. */
export interface OutlierScores {
  /** `[n]`, 0 … 1; the lowest is the strongest outlier. */
  readonly scores: Float64Array;
  /** `[n]`, mean distance to the k nearest neighbours, comparable across checkpoints. */
  readonly meanDistances: Float64Array;
  /** Neighbours that were used: min(10, n − 1) unless the option says otherwise. */
  readonly k: number;
  readonly metric: 'cosine' | 'euclidean';
}

/** One checkpoint's embeddings in the plane. */
export interface EmbeddingMap {
  /** `[n × 2]` */
  readonly points: Matrix<Float64Array>;
  /** Share of the checkpoint's own variance on each axis; `undefined` where the axes are no directions. */
  readonly explainedVarianceRatio: readonly [number, number] | undefined;
}

/** One frame's map moved, turned and scaled onto a reference. */
export interface Alignment {
  /**
   * `[n × 2]`, centred; with scaling in coordinates in which the reference has unit Frobenius norm, without in the map's
   * own units; as projected where nothing was fitted.
   */
  readonly points: Matrix<Float64Array>;
  /** 1 − s² against the last frame, mirroring allowed; 0 when the shapes are equal. */
  readonly disparity: number;
  /** Whether the map was mirrored. */
  readonly reflected: boolean;
  /**
   * (t − t′) / t, t being what the chosen of the best rotation and the best reflection reaches and t′ the other: 0 is a
   * toss-up. `undefined` where there was no choice: nothing was fitted, or mirroring was not allowed.
   */
  readonly mirrorGap: number | undefined;
}

/** One row of a frame's leaderboard. */
export interface Outlier {
  /** Index into the evaluation set. */
  readonly index: number;
  readonly score: number;
  /** Mean distance to its neighbours, in multiples of the median image's. */
  readonly distanceRatio: number;
}

/** What is known of one checkpoint, whatever its map: its figures, and what there is of every image. */
export interface Frame extends FrameFigures {
  /** `[n]`, each image's outlier score. */
  readonly scores: Float64Array;
  /** Strongest first; ties by index. */
  readonly outliers: readonly Outlier[];
}

/** One frame of a map. */
export interface MapFrame extends MapFigures {
  /** `[n × 2]`, as frames of the map are compared: aligned, or as they were projected. */
  readonly points: Matrix<Float64Array>;
  /** `[n]`, how many of an image's k neighbours on the map are its neighbours in embedding space too. */
  readonly trueNeighbours?: Uint8Array | undefined;
}

/** Where a class map has a class. */
export interface ClassAnchor {
  /** As readers see it. */
  readonly name: string;
  /** Index into the set's `classNames`; `undefined` for a class of the model that the set lacks. */
  readonly label: number | undefined;
  /** On the circle of radius 1. */
  readonly x: number;
  readonly y: number;
}

/** A map of a run, with all its frames. */
export interface RunMap {
  readonly options: MapOptions;
  /** In step order: one for each of the run's frames. */
  readonly frames: readonly MapFrame[];
  readonly figures: WholeMapFigures;
  /** Of a class map, around the circle. @default none */
  readonly anchors?: readonly ClassAnchor[] | undefined;
}

/** A map of a run as it compares with others, by its figures alone. */
export interface ComparedMap {
  readonly options: MapOptions;
  readonly frames: readonly MapFigures[];
  readonly figures: WholeMapFigures;
}

/** All that is known of a run: computed from its checkpoints, or read from what was packed. */
export interface RunResults {
  /** In step order. */
  readonly frames: readonly Frame[];
  /** The first is what the run is shown with where one must do. */
  readonly maps: readonly [RunMap, ...RunMap[]];
  /**
   * Maps that the run could have, where it was asked for.
   * @default none
   */
  readonly comparison?: MapComparison | undefined;
  /** How outlier scores were made, the same in all frames. */
  readonly outlierSettings: Pick<OutlierScores, 'k' | 'metric'>;
  /**
   * What only shows once there are results; of a pack all that was known when it was made.
   * @default none
   */
  readonly notices?: readonly Notice[] | undefined;
}

/** Maps of one run side by side. */
export interface MapComparison {
  readonly maps: readonly ComparedMap[];
  /** Share of the nearest neighbours in embedding space that are of the same class, at each frame. */
  readonly embeddingHits: readonly number[];
}
