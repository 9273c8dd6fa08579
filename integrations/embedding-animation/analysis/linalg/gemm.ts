/** Products of large matrices by onnxruntime, where it can be imported. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Matrix } from '../../contracts.ts';
import { PRODUCT, writeProductModel, type ProductType, type Turned } from './gemm-model.ts';

/** A library for products of large matrices, loaded. */
export interface Products {
  /**
   * Writes a·b, aᵀ·b or a·bᵀ into `y`, which all have one type. Sums are taken in that type in an order of the
   * library's: an entry of a product over m terms is off by at most γ_m·Σ|a||b|, γ_m = mu/(1 − mu), u the type's unit
   * roundoff (Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 3.1).
   */
  multiply<Data extends Float32Array | Float64Array>(
    a: Matrix<Data>,
    b: Matrix<Data>,
    y: Matrix<Data>,
    turned: Turned,
  ): Promise<void>;
  /** Frees what the library holds. */
  close(): Promise<void>;
}

/**
 * Loads onnxruntime for products on the calling thread; `undefined` where it is not installed or does not run on this
 * machine.
 */
export async function openProducts(): Promise<Products | undefined> {
  const library = await import('onnxruntime-node').catch(() => undefined);
  if (library === undefined) return undefined;
  const sessions = new Map<string, Promise<InferenceSession>>();
  const tensors = new WeakMap<Matrix, Tensor>();
  const open = (type: ProductType, turned: Turned): Promise<InferenceSession> => {
    const name = `${type} ${turned}`;
    const known = sessions.get(name);
    if (known !== undefined) return known;
    const session = library.InferenceSession.create(writeProductModel(type, turned), {
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
    async multiply(a, b, y, turned) {
      const session = await open(y.data instanceof Float32Array ? 'float32' : 'float64', turned);
      await session.run({ [PRODUCT.a]: wrap(a), [PRODUCT.b]: wrap(b) }, { [PRODUCT.y]: wrap(y) });
    },
    async close() {
      const opened = await Promise.all(sessions.values());
      sessions.clear();
      for (const session of opened) await session.release();
    },
  };
}
