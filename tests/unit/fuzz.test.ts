/** A short run of the fuzzer, and what longer ones have found. `npm run fuzz` is the long one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmbeddingAnimationError } from '../../integrations/embedding-animation/errors.ts';
import { fuzz } from '../fuzz/run.ts';
import { targets } from '../fuzz/targets/index.ts';
import { makeTemporaryFolder } from '../helpers/temporary-folder.ts';

const FINDINGS = join(import.meta.dirname, '../fuzz/findings');
const SOON_MS = 2000;
const kept = readdirSync(FINDINGS).filter((name) => !name.endsWith('.md'));

describe('the fuzzer', () => {
  it.each(['untyped', 'rejection', 'memory', 'hang', 'crash'])(
    'finds a fault of the kind %s',
    async (kind) => {
      const { findings } = await fuzz({ seed: 1, inputs: 3, readers: [`faulty-${kind}`], processes: 1 });
      expect(findings.map((found) => found.kind)).toEqual([kind]);
    },
  );

  it('makes the same inputs from the same seed', async () => {
    const options = { seed: 5, inputs: 30, readers: ['faulty-untyped'], processes: 1 };
    const [first, second] = [await fuzz(options), await fuzz(options)];
    expect(second.findings).toEqual(first.findings);
    expect(first.findings[0]?.bytes).toBe(''); // as small as it can be
  });

  it('finds nothing in a few thousand inputs', async () => {
    const { findings, inputs } = await fuzz({ seed: 2, inputs: 3000 });
    expect(findings).toEqual([]);
    expect(inputs).toBeGreaterThanOrEqual(3000);
  });
});

describe('what the fuzzer has found', () => {
  it('is kept by the names of readers', () => {
    const names = targets.map(({ name }) => name);
    for (const file of kept) expect(names).toContain(file.split('.')[0]);
  });

  it.each(kept)('%s is read, or refused with a reason', async (name) => {
    const target = targets.find((each) => each.name === name.split('.')[0])!;
    const open = await target.open(await makeTemporaryFolder());
    const start = performance.now();
    const bytes = readFileSync(join(FINDINGS, name));
    const outcome: unknown = await Promise.resolve()
      .then(() => open.read(bytes)) // some read at once, and throw at once
      .catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(EmbeddingAnimationError);
    expect(performance.now() - start).toBeLessThan(SOON_MS);
  });
});
