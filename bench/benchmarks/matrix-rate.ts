/** How fast this machine multiplies matrices: onnxruntime's own Gemm with the shapes of ViT-base and nothing else. */
import { GraphWriter, type Value } from '../../integrations/embedding-animation/formats/onnx/index.ts';
import { openPool } from '../../integrations/embedding-animation/threads/workers.ts';
import { seededUniform } from '../inputs/random.ts';
import type { MatrixTask } from './matrix-worker.ts';

const WIDTH = 768;
const WIDE = 3072;
const TOKENS = 197;
/** Images at a time, as we embed them. */
const BATCH = 8;
/** Blocks' worth of products in one run. */
const BLOCKS = 2;
const RUNS = 3;

/** A measurement that can be repeated. */
export interface MatrixRate {
  /** Floating-point operations of one measurement. */
  readonly operations: number;
  /** Seconds of one measurement. */
  time(): Promise<number>;
  close(): Promise<void>;
}

/** One session of one thread in each of `threads` threads, as we embed. */
export function openMatrixRate(threads: number): MatrixRate {
  const pool = openPool<MatrixTask, number>(new URL('./matrix-worker.ts', import.meta.url), threads);
  const rows = BATCH * TOKENS;
  const model = writeProducts(rows);
  const perBlock = 2 * rows * (4 * WIDTH * WIDTH + 2 * WIDTH * WIDE);
  return {
    operations: perBlock * BLOCKS * RUNS * threads,
    async time() {
      const tasks = Array.from({ length: threads }, () =>
        pool.run({ model, shape: [rows, WIDTH], runs: RUNS }),
      );
      return Math.max(...(await Promise.all(tasks)));
    },
    close: () => pool.close(),
  };
}

/** Query, key, value, output, and the MLP's two products of each block, one after the other. */
function writeProducts(rows: number): Uint8Array {
  const graph = new GraphWriter('products');
  const random = seededUniform(3);
  const weight = (outputs: number, inputs: number): Value => {
    const scale = Math.sqrt(12 / inputs); // values neither grow nor vanish
    const values = Float32Array.from({ length: outputs * inputs }, () => scale * (random() - 0.5));
    return graph.constant('float32', [outputs, inputs], values);
  };
  const square = [weight(WIDTH, WIDTH), weight(WIDTH, WIDTH), weight(WIDTH, WIDTH), weight(WIDTH, WIDTH)];
  const widths = [...square, weight(WIDE, WIDTH), weight(WIDTH, WIDE)];
  let value = graph.input('input', 'float32', [rows, WIDTH]);
  for (let block = 0; block < BLOCKS; block++) {
    for (const matrix of widths) value = graph.node('Gemm', [value, matrix], { transB: 1 });
  }
  const first = graph.node('Gather', [value, graph.constant('int64', [], [0])], { axis: 0 });
  graph.output('output', first, [WIDTH]);
  return graph.toModel();
}
