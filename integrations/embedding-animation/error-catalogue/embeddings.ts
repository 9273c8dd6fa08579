/** Embeddings, and what is made of them. */
import { always, when, type ErrorEntry } from './entry.ts';

const NAME_COLUMN =
  'Name the column of lists as "column" under "embedding" in run.yaml, or columns of numbers, one a dimension, with * in the place of the number: "dim_*".';

export const embeddingsErrors = {
  EmbeddingsNotFinite: {
    title: 'An embedding, or a logit, is not a number or infinite',
    meaning:
      'One value of an embedding, or one logit, is NaN or infinite: the training has diverged by this step, or the checkpoint is damaged. Neither neighbours nor axes exist for it.',
    remedy:
      'Leave this checkpoint and later ones out, or train with a lower learning rate. In float16 a value over 65,504 is infinite: store embeddings as float32.',
    hint: 'The training has diverged by this step, or the checkpoint is damaged: leave it and later ones out, or train with a lower learning rate.',
    cases: {
      notFinite: when(
        ({ image, value }: { image: string; value: number }) =>
          `the embedding of ${image} has ${value} in it`,
      ),
      logits: when(
        ({ image, value }: { image: string; value: number }) =>
          `the logits of ${image} have ${value} in them`,
      ),
    },
  },
  EmbeddingsInvalid: {
    title: 'Ready embeddings or logits can not be used',
    meaning:
      '`embedding.safetensors`, `.npy` or `.parquet`, or the `logits.safetensors` or `.npy` beside it, is not one matrix of float16, float32 or float64 with a row for each image of the evaluation set.',
    remedy:
      'Embed all images of the set in its order and store one matrix, or choose the same images under `dataset` in `run.yaml`.',
    hint: 'Store one matrix of float16, float32 or float64 with a row for each image of the evaluation set, in its order: save_file({"embedding": x}, …) of safetensors or numpy.save(…).',
    cases: {
      rowsDiffer: when(
        ({ rows, images }: { rows: number; images: number }) =>
          `holds ${rows} embeddings, and the evaluation set has ${images} images`,
        () =>
          'Embed all images of the set in its order, or choose the same images under "dataset" in run.yaml.',
      ),
      logitsRowsDiffer: when(
        ({ rows, images }: { rows: number; images: number }) =>
          `holds the logits of ${rows} images, and the evaluation set has ${images}`,
        () =>
          'Store logits of all images of the set in its order, or choose the same images under "dataset" in run.yaml.',
      ),
      cutOff: when(
        ({ size, end }: { size: number; end: number }) => `is cut off: it has ${size} bytes of ${end}`,
      ),
      leftOver: when(({ bytes }: { bytes: number }) => `has ${bytes} bytes after its matrix`),
      notParquet: when(({ said }: { said: string }) => `can not be read as Parquet (${said})`),
      noColumns: when(
        ({ columns }: { columns: string }) =>
          `has neither a column "embedding" of lists nor columns of floating-point numbers; its columns: ${columns}`,
      ),
      ambiguousColumns: when(
        ({ columns }: { columns: string }) =>
          `does not show which of its columns are the embeddings: ${columns}`,
        () => NAME_COLUMN,
      ),
      columnMissing: when(
        ({ column, there }: { column: string; there: string }) =>
          `has no column "${column}", nor numbers called so and numbered through from 0 or 1; its columns: ${there}`,
        () => NAME_COLUMN,
      ),
      columnWithoutLists: when(
        ({ column }: { column: string }) => `the column "${column}" does not hold lists of numbers`,
        () => NAME_COLUMN,
      ),
      unknownFormat: always('is of no known format'),
      empty: when(
        ({ rows, cols }: { rows: number; cols: number }) =>
          `holds no number: its shape is [${rows}, ${cols}]`,
      ),
      rowLength: when(
        ({ row, column, length, first }: { row: number; column: string; length: number; first: number }) =>
          `row ${row} of the column "${column}" has ${length} numbers, and row 0 has ${first}`,
      ),
      rowsOfOtherLengths: when(
        ({ column, first }: { column: string; first: number }) =>
          `row 0 of the column "${column}" has ${first} numbers, and others have fewer`,
      ),
      rowNotAList: when(
        ({ row, column }: { row: number; column: string }) =>
          `row ${row} of the column "${column}" is not a list`,
      ),
      rowNotANumber: when(
        ({ row, column, holds }: { row: number; column: string; holds: string }) =>
          `row ${row} of the column "${column}" holds ${holds} where a number belongs`,
      ),
      notNpy: always('is not a file that numpy.save wrote'),
      npyVersion: when(({ version }: { version: number }) => `is of the unknown version ${version}`),
      npyHeaderTooLong: when(({ length }: { length: number }) => `has a header of ${length} bytes`),
      npyHeaderCutOff: always('is cut off in its header'),
      npyHeaderWrong: always('has a header without descr, fortran_order and shape'),
      npyShape: when(
        ({ shape }: { shape: string }) => `holds an array of the shape (${shape}), not (images, width)`,
      ),
      npyColumns: always('holds an array of named columns, not a matrix'),
      pickle: always('holds pickled Python objects, which are never opened'),
      npyType: when(({ type }: { type: string }) => `holds numbers of the type "${type}"`),
      tensorShape: when(
        ({ tensor, shape }: { tensor: string; shape: string }) =>
          `the tensor "${tensor}" has the shape [${shape}], not [images, width]`,
      ),
      tensorType: when(
        ({ tensor, dtype }: { tensor: string; dtype: string }) =>
          `the tensor "${tensor}" is stored as ${dtype}`,
      ),
      tensorMissing: when(
        ({ tensor, tensors }: { tensor: string; tensors: string }) =>
          `has no tensor "${tensor}"; its tensors: ${tensors}`,
        () => 'Name the tensor of embeddings as "column" under "embedding" in run.yaml.',
      ),
      noTensor: when(
        ({ tensors }: { tensors: string }) =>
          `has no tensor "embedding", and not exactly one matrix; its tensors: ${tensors}`,
        () => 'Name the tensor of embeddings as "column" under "embedding" in run.yaml.',
      ),
      noLogits: when(
        ({ tensors }: { tensors: string }) =>
          `has no tensor "logits", and not exactly one matrix; its tensors: ${tensors}`,
        () =>
          'Store the logits as one tensor "logits", with a row for each image and a column for each class.',
      ),
    },
  },
  TooManyNeighbours: {
    title: 'k is larger than the number of neighbours',
    meaning: 'Of n images, each has n − 1 others to be its neighbours.',
    remedy: 'Set `k` in `run.yaml` to n − 1 or less, or leave it out.',
    cases: {
      tooMany: when(
        ({ k, images, others }: { k: number; images: number; others: number }) =>
          `k is ${k}, but each of the ${images} images has only ${others} others as neighbours`,
        ({ others }) => `Set k in run.yaml to ${others} or less, or leave it out.`,
      ),
      tooManyForSet: when(
        ({ k, images, others }: { k: number; images: number; others: number }) =>
          `k is ${k}, but the evaluation set has ${images} images: an image has at most ${others} neighbours`,
        ({ others }) => `Set k to ${others} or less, or leave it out.`,
      ),
    },
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
