/** The thread that tries devices. */
import { GraphWriter } from '../../formats/onnx/index.ts';
import { serve } from '../../threads/workers.ts';
import { loadWithRuntime, type WorkingDevice } from './runtimes.ts';

type Library = typeof import('onnxruntime-node');

/** The fastest first. */
const DEVICES: readonly WorkingDevice[] = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'];

/** Tries each device that this build of onnxruntime knows; its library or driver may be missing all the same. */
async function findDevices(): Promise<readonly WorkingDevice[]> {
  const library = await loadWithRuntime('graph', {}, () => import('onnxruntime-node'));
  library.env.logLevel = 'fatal';
  const known = new Set(library.listSupportedBackends().map(({ name }) => name));
  const model = writeProbe();
  const works: WorkingDevice[] = [];
  for (const device of DEVICES) {
    if (known.has(device) && (await canOpen(library, model, device))) works.push(device);
  }
  return works;
}

async function canOpen(
  { InferenceSession }: Library,
  model: Uint8Array,
  device: WorkingDevice,
): Promise<boolean> {
  try {
    const session = await InferenceSession.create(model, {
      executionProviders: [device],
      logSeverityLevel: 4,
    });
    await session.release();
    return true;
  } catch {
    return false; // onnxruntime's way to say that there is none
  }
}

/** A model of one node. */
function writeProbe(): Uint8Array {
  const graph = new GraphWriter('probe');
  graph.output('output', graph.input('input', 'float32', [1]), [1]);
  return graph.toModel();
}

export default serve(findDevices);
