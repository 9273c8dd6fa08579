/** Finds the classification head of an opened checkpoint, and what it reads. Nothing of it is loaded. */
import { join } from 'node:path';
import { FLOAT_TYPES, type StoredTensor, type TensorTable } from '../../formats/safetensors/index.ts';
import { embeddingWidth, type Pooling, type PoolingChoice } from '../pooling.ts';
import type { AdapterHead, StoredAddition } from '../weights/adapter.ts';
import { nameInHead } from '../weights/tensor-names.ts';

/** A model that has no head, or one that can't be read: it embeds all the same. */
export interface NoHead {
  /** Why, as the end of a sentence that begins with "since". */
  readonly reason: string;
}

/** A tensor and the file that it lies in. */
export interface PlacedTensor extends StoredTensor {
  /** Absolute path of its file. */
  readonly path: string;
}

/** A linear head on top of an image model, as it is stored. */
export interface HeadSource {
  /** How tokens become what it reads. */
  readonly pooling: Pooling;
  /** Number of its outputs. */
  readonly classes: number;
  /** Number of its inputs. */
  readonly width: number;
  /** `id2label` of config.json, in the order of the outputs; empty where it does not fit them. */
  readonly classNames: readonly string[];
  /** `[classes × width]` */
  readonly weight: PlacedTensor;
  /** `[classes]`. @default zeros */
  readonly bias: PlacedTensor | undefined;
  /** What an adapter adds. @default nothing */
  readonly addition: PlacedAddition | undefined;
}

/** What an adapter adds to a head: scale · up · down to the weight, scale · upBias to the bias. */
export interface PlacedAddition {
  /** `[rank × width]` */
  readonly down: PlacedTensor;
  /** `[classes × rank]` */
  readonly up: PlacedTensor;
  /** `[classes]` */
  readonly upBias: PlacedTensor | undefined;
  /** `[classes]`, length of each row of the sum (DoRA). */
  readonly magnitude: PlacedTensor | undefined;
  readonly scale: number;
}

/** Where a head is looked for. */
export interface HeadSearch {
  /** `architectures` of config.json, or what an adapter says in its place. */
  readonly classes: readonly string[];
  /** What the head of the architecture's `…ForImageClassification` reads. */
  readonly classified: Pooling;
  readonly encoder: PoolingChoice & { readonly hiddenSize: number };
  readonly id2label: Readonly<Record<string, unknown>> | undefined;
  readonly table: TensorTable;
  /** Absolute path of the folder of the table's files. */
  readonly folder: string;
  readonly adapter: { readonly head: AdapterHead; readonly file: string } | undefined;
}

/** A class of transformers with one linear layer on top of the image model. */
const CLASSIFIER = /ForImageClassification$/;

/** What is wrong with a head; it never leaves `findHead`. */
class HeadUnusable extends Error {
  override readonly name = 'HeadUnusable';
}

/**
 * The head of a model whose class in config.json is an `…ForImageClassification` (transformers 5.24), or that an adapter
 * was trained with. A head that is damaged counts as none: embeddings need it not.
 */
export function findHead(search: HeadSearch): HeadSource | NoHead {
  try {
    return locateHead(search);
  } catch (error) {
    if (error instanceof HeadUnusable) return { reason: error.message };
    throw error;
  }
}

function locateHead(search: HeadSearch): HeadSource {
  const { classes: kinds, classified: pooling, encoder, id2label, folder, table, adapter } = search;
  const own = adapter?.head;
  if (own?.weight === undefined && !kinds.some((name) => CLASSIFIER.test(name))) throw noClassifier(kinds);
  const ofBase = (name: string): PlacedTensor | undefined => findStored(table, name, folder);
  const ofAdapter = (tensor: StoredTensor | undefined): PlacedTensor | undefined =>
    tensor && adapter && { ...tensor, path: adapter.file };
  const weight = ofAdapter(own?.weight) ?? ofBase('classifier.weight');
  if (weight === undefined) throw new HeadUnusable('its weights have no tensor classifier.weight');
  // A whole module of an adapter has the bias that it was trained with, or none.
  const bias = ofAdapter(own?.bias) ?? (own?.weight === undefined ? ofBase('classifier.bias') : undefined);
  const width = embeddingWidth(encoder.hiddenSize, pooling);
  const [classes = 0] = weight.shape;
  checkTensor(weight, [classes, width]);
  if (classes < 2) throw new HeadUnusable(`the head of its model has ${classes} output, which is no class`);
  if (bias !== undefined) checkTensor(bias, [classes]);
  const addition = own?.addition && placeAddition(own.addition, classes, width, ofAdapter);
  return { pooling, classes, width, classNames: listClassNames(id2label, classes), weight, bias, addition };
}

function noClassifier([name]: readonly string[]): HeadUnusable {
  return new HeadUnusable(
    name === undefined
      ? 'its config.json does not say that the model is a classifier ("architectures")'
      : `its model is a ${name}, and only those of the classes …ForImageClassification have a head that is read`,
  );
}

/** The tensor of this name, whatever stands before it. Looking for it does not count as reading. */
function findStored(table: TensorTable, name: string, folder: string): PlacedTensor | undefined {
  const found = [...table.values()].filter((tensor) => nameInHead(tensor.name) === name);
  const [only, ...others] = found;
  if (others.length > 0)
    throw new HeadUnusable(
      `its weights have several heads: ${found.map((tensor) => tensor.name).join(', ')}`,
    );
  return only && { ...only, path: join(folder, only.file) };
}

function checkTensor(tensor: PlacedTensor, wanted: readonly number[]): void {
  const { name, shape, dtype } = tensor;
  if (shape.length !== wanted.length || shape.some((size, axis) => size !== wanted[axis]))
    throw new HeadUnusable(
      `its tensor ${name} has the shape [${shape.join(', ')}], and a head of this model has [${wanted.join(', ')}]`,
    );
  if (!FLOAT_TYPES.has(dtype)) throw new HeadUnusable(`its tensor ${name} is stored as ${dtype}`);
}

function placeAddition(
  { down, up, upBias, magnitude, scale }: StoredAddition,
  classes: number,
  width: number,
  place: (tensor: StoredTensor | undefined) => PlacedTensor | undefined,
): PlacedAddition {
  const placed = { down: place(down), up: place(up), upBias: place(upBias), magnitude: place(magnitude) };
  if (placed.down === undefined || placed.up === undefined)
    throw new HeadUnusable('its adapter has one half only of the low-rank addition to the head');
  const rank = Math.max(1, placed.down.shape[0] ?? 0);
  checkTensor(placed.down, [rank, width]);
  checkTensor(placed.up, [classes, rank]);
  if (placed.upBias !== undefined) checkTensor(placed.upBias, [classes]);
  if (placed.magnitude !== undefined) checkTensor(placed.magnitude, [classes]);
  return { ...placed, down: placed.down, up: placed.up, scale };
}

/** `id2label` in the order of its indices; empty where it is not one name for each of the `classes`. */
export function listClassNames(
  id2label: Readonly<Record<string, unknown>> | undefined,
  classes: number,
): string[] {
  if (id2label === undefined || Object.keys(id2label).length !== classes) return [];
  const names = Array.from({ length: classes }, (_, index) => id2label[String(index)]);
  return names.every((name) => typeof name === 'string') ? names : [];
}
