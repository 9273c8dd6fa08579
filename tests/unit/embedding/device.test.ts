import { describe, expect, it } from 'vitest';
import { chooseDevice } from '../../../integrations/embedding-animation/embedding/index.ts';
import { EmbeddingAnimationError } from '../../../integrations/embedding-animation/errors.ts';
import type { Device } from '../../../integrations/embedding-animation/options/index.ts';

async function choose(
  device: Device,
): Promise<{ readonly chosen: string; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const note = (line: string) => lines.push(line);
  return { chosen: await chooseDevice(device, { info: note, warn: note }), lines };
}

describe('chooseDevice', () => {
  it('takes the processor without a word', async () => {
    expect(await choose('cpu')).toEqual({ chosen: 'cpu', lines: [] });
  });

  it('falls back to the processor for auto alone, and says so', async () => {
    const { chosen, lines } = await choose('auto');
    expect(lines).toEqual(
      chosen === 'cpu' ? ['No graphics card can be used here: the processor embeds.'] : [],
    );
  });

  it('gives a device that works, or an error that names those that do', async () => {
    for (const device of ['dml', 'coreml', 'cuda'] as const) {
      const outcome = await choose(device).catch((error: unknown) => error);
      if (outcome instanceof EmbeddingAnimationError) {
        expect(outcome).toMatchObject({ name: 'DeviceUnavailable' });
        expect(outcome.hint).toMatch(/one that can \(.*cpu\), or to "auto"/);
        expect(outcome.hint).not.toContain(device);
      } else expect(outcome).toEqual({ chosen: device, lines: [] });
    }
  });

  it('never finds the devices of two systems at once', async () => {
    const outcomes = await Promise.allSettled([choose('dml'), choose('coreml')]);
    expect(outcomes.map(({ status }) => status)).toContain('rejected');
  });
});
