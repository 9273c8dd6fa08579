/** Both ways to multiply matrices, for tests that hold for each. */
import { afterAll, beforeAll } from 'vitest';
import { plainGemm, type Gemm } from '../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import { requireNativeGemm } from './analysis.ts';

/** Opens onnxruntime's for a test file, and closes it behind its tests. */
export function useGemms(): { readonly title: string; readonly gemm: () => Gemm }[] {
  let native: Gemm;
  beforeAll(async () => {
    native = await requireNativeGemm();
  });
  afterAll(() => native.close());
  return [
    { title: 'onnxruntime', gemm: () => native },
    { title: 'loops', gemm: () => plainGemm },
  ];
}
