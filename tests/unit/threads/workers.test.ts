import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../helpers/stop-analysis.ts', import.meta.url));

/** From threads that start to threads that are in the middle of a product. */
const MOMENTS_MS = [0, 60, 150, 300, 500, 800];

describe('threads in which onnxruntime works', () => {
  it.each(MOMENTS_MS)('are closed after %d ms without harm, and their work is rejected', async (ms) => {
    const { code, stdout, stderr } = await stopAnalysis('close', ms);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toBe('WorkerFailed\nWorkerFailed\n');
  });

  it.each(MOMENTS_MS)('let the process exit after %d ms with its own code', async (ms) => {
    const { code, stderr } = await stopAnalysis('exit', ms);
    expect(stderr).toBe('');
    expect(code).toBe(7);
  });
});

function stopAnalysis(
  way: 'close' | 'exit',
  ms: number,
): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, way, String(ms)], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), stdout, stderr });
    });
  });
}
