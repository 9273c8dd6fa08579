/** Which device embeds: the one that was asked for, or the best that works. */
import type { Logger } from '../../contracts.ts';
import { makeError } from '../../errors.ts';
import type { Device } from '../../options/index.ts';
import { openPool } from '../../threads/workers.ts';
import type { WorkingDevice } from './device-worker.ts';

export type { WorkingDevice } from './device-worker.ts';

/**
 * Gives the device to use. The processor always works and is not tried; others are tried by opening a model of one
 * node on them. Only `auto` falls back to the processor, and says so.
 * @throws EmbeddingAnimationError `DeviceUnavailable` with the devices that work
 */
export async function chooseDevice(wanted: Device, logger: Logger): Promise<WorkingDevice> {
  if (wanted === 'cpu') return 'cpu';
  const works = await findDevices();
  if (wanted === 'auto') {
    const [best = 'cpu'] = works;
    if (best === 'cpu') logger.info('No graphics card can be used here: the processor embeds.');
    return best;
  }
  if (works.includes(wanted)) return wanted;
  throw makeError('DeviceUnavailable', 'unavailable', { device: wanted, works: works.join(', ') });
}

/** Devices that work here, the fastest first. They are tried in a thread: drivers load slowly and block. */
async function findDevices(): Promise<readonly WorkingDevice[]> {
  const pool = openPool<undefined, readonly WorkingDevice[]>(
    new URL('./device-worker.ts', import.meta.url),
    1,
  );
  try {
    return await pool.run(undefined);
  } finally {
    await pool.close();
  }
}
