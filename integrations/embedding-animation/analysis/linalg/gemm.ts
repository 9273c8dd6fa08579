/** Products of matrices (BLAS's gemm): by onnxruntime where it can be imported, else by loops. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Matrix } from '../../contracts.ts';
import { encodeModel, encodeNode, encodeValue } from '../../formats/onnx/index.ts';

/** Unit roundoff of float32. */
export const FLOAT32_ROUNDOFF = 2 ** -24;

/** Which of two factors is transposed before they are multiplied. */
export type Transpose = 'neither' | 'first' | 'second';

/** Multiplies matrices. */
export interface Gemm {
  /** Whether onnxruntime multiplies: some ten times as fast as loops. */
  readonly isNative: boolean;
  /**
   * Writes a·b, aᵀ·b or a·bᵀ into `y`, which all have one type. Sums are taken in an order of the implementation's:
   * an entry of a product over m terms is off by at most γ_m·Σ|a||b|, γ_m = mu/(1 − mu), u the type's unit roundoff
   * (Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 3.1).
   */
  multiply<Data extends Float32Array | Float64Array>(
    a: Matrix<Data>,
    b: Matrix<Data>,
    y: Matrix<Data>,
    transpose: Transpose,
  ): Promise<void>;
  /** Frees what the implementation holds. */
  close(): Promise<void>;
}

/** The fastest there is on this machine. */
export async function openGemm(): Promise<Gemm> {
  return (await openNativeGemm()) ?? plainGemm;
}

/** Multiplies by loops, with sums in float64. */
export const plainGemm: Gemm = {
  isNative: false,
  multiply(a, b, y, transpose) {
    const terms = transpose === 'first' ? a.rows : a.cols;
    multiplyRows(pack(a, transpose === 'first'), pack(b, transpose !== 'second'), y, terms);
    return Promise.resolve();
  },
  close: () => Promise.resolve(),
};

/** A float64 copy, transposed or not. */
function pack({ rows, cols, data }: Matrix, isTransposed: boolean): Float64Array {
  const [rowStep, colStep] = isTransposed ? [1, rows] : [cols, 1];
  const packed = new Float64Array(rows * cols);
  let from = 0;
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < cols; c++) packed[i * rowStep + c * colStep] = data[from++]!;
  }
  return packed;
}

/**
 * Writes the products of a's rows with b's, of `terms` numbers each. Eight sums at once share six loads: this is where
 * time goes without onnxruntime. At an odd end the last row is taken twice.
 */
function multiplyRows(a: Float64Array, b: Float64Array, { rows, cols, data }: Matrix, terms: number): void {
  for (let j0 = 0; j0 < cols; j0 += 4) {
    const j1 = Math.min(j0 + 1, cols - 1);
    const j2 = Math.min(j0 + 2, cols - 1);
    const j3 = Math.min(j0 + 3, cols - 1);
    const [b0, b1, b2, b3] = [j0 * terms, j1 * terms, j2 * terms, j3 * terms];
    for (let i0 = 0; i0 < rows; i0 += 2) {
      const i1 = Math.min(i0 + 1, rows - 1);
      const [a0, a1] = [i0 * terms, i1 * terms];
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      let [t0, t1, t2, t3] = [0, 0, 0, 0];
      for (let c = 0; c < terms; c++) {
        const x = a[a0 + c]!;
        const y = a[a1 + c]!;
        const p = b[b0 + c]!;
        const q = b[b1 + c]!;
        const r = b[b2 + c]!;
        const s = b[b3 + c]!;
        s0 += x * p;
        s1 += x * q;
        s2 += x * r;
        s3 += x * s;
        t0 += y * p;
        t1 += y * q;
        t2 += y * r;
        t3 += y * s;
      }
      const [at0, at1] = [i0 * cols, i1 * cols];
      data[at0 + j0] = s0;
      data[at0 + j1] = s1;
      data[at0 + j2] = s2;
      data[at0 + j3] = s3;
      data[at1 + j0] = t0;
      data[at1 + j1] = t1;
      data[at1 + j2] = t2;
      data[at1 + j3] = t3;
    }
  }
}

/** Loads onnxruntime on the calling thread; `undefined` where it is not installed or does not run on this machine. */
export async function openNativeGemm(): Promise<Gemm | undefined> {
  const library = await import('onnxruntime-node').catch(() => undefined);
  if (library === undefined) return undefined;
  const sessions = new Map<string, Promise<InferenceSession>>();
  const tensors = new WeakMap<Matrix, Tensor>();
  const open = (type: 'float32' | 'float64', transpose: Transpose): Promise<InferenceSession> => {
    const name = `${type} ${transpose}`;
    const known = sessions.get(name);
    if (known !== undefined) return known;
    const session = library.InferenceSession.create(writeGemmModel(type, transpose), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      enableCpuMemArena: false, // kept for later products, memory would only grow
      logSeverityLevel: 4, // fatal only; errors are thrown
    });
    sessions.set(name, session);
    return session;
  };
  const wrap = (matrix: Matrix): Tensor => {
    const known = tensors.get(matrix);
    if (known !== undefined) return known;
    const { data, rows, cols } = matrix;
    const tensor =
      data instanceof Float32Array
        ? new library.Tensor('float32', data, [rows, cols])
        : new library.Tensor('float64', data, [rows, cols]);
    tensors.set(matrix, tensor);
    return tensor;
  };
  return {
    isNative: true,
    async multiply(a, b, y, transpose) {
      const session = await open(y.data instanceof Float32Array ? 'float32' : 'float64', transpose);
      await session.run({ a: wrap(a), b: wrap(b) }, { y: wrap(y) });
    },
    async close() {
      const opened = await Promise.all(sessions.values());
      sessions.clear();
      for (const session of opened) await session.release();
    },
  };
}

/** An ONNX model of one `Gemm` node: matrices `a` and `b` of any size in, their product `y` out. */
function writeGemmModel(type: 'float32' | 'float64', transpose: Transpose): Uint8Array {
  const describe = (name: string) => encodeValue(name, type, [`rows of ${name}`, `columns of ${name}`]);
  const node = encodeNode({
    operator: 'Gemm',
    domain: '',
    inputs: ['a', 'b'],
    output: 'y',
    attributes: { transA: Number(transpose === 'first'), transB: Number(transpose === 'second') },
  });
  return encodeModel({
    name: 'gemm',
    nodes: [node],
    initializers: [],
    inputs: [describe('a'), describe('b')],
    outputs: [describe('y')],
  });
}
