import { describe, expect, it } from 'vitest';
import {
  describeComparison,
  summariseComparison,
  type RunComparison,
} from '../../../integrations/embedding-animation/cli/compare.ts';
import { compareResultSchema } from '../../../integrations/embedding-animation/cli/results.ts';
import { makeNotice } from '../../../integrations/embedding-animation/notices.ts';
import { compared, SHIPPED } from '../../helpers/comparison.ts';

const RUN: RunComparison = {
  ...SHIPPED,
  ...{ run: 'emoji', origin: 'computed', images: 1943, leftOut: [] },
  steps: Array.from({ length: 24 }, (_, at) => 10 * at),
};

const describeAll = (comparison: Partial<RunComparison>, columns = 80) =>
  describeComparison({ ...RUN, ...comparison }, columns);

describe('the table of maps', () => {
  it('fits 80 columns, however frames are aligned', () => {
    const long = { pearson: -0.43, stress: 12.34, trust: [1, 1], hits: [1, 1] };
    const maps = (['last', 'generalized', 'first', 'previous', 'none'] as const).map((align) =>
      compared({ projection: 'per-checkpoint', name: align, align, scaling: false }, long),
    );
    const lines = [...describeAll({ maps: [...SHIPPED.maps, ...maps] }), ...describeAll({})];
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('marks the best of each column, the least stress among them, and no column in which all are alike', () => {
    const lines = describeAll({});
    const rowOf = (map: string) => lines.find((line) => line.startsWith(map));
    expect(rowOf('own PCA, onto the last ')).toMatch(/0\.43 +0\.81\* +0\.81\* +0\.81\* +0\.36 +0\.41$/);
    expect(rowOf('pooled PCA')).toMatch(/0\.77\* +0\.76 +0\.76 +0\.76 +0\.37 +0\.20\*$/);
    expect(rowOf('class map')).toMatch(/0\.42\* +0\.30$/);
    expect(rowOf('embedding space')).toMatch(/space +0\.57$/);
    const alike = describeAll({ maps: SHIPPED.maps.slice(0, 1) });
    expect(alike.find((line) => line.startsWith('own PCA, onto the last'))).not.toContain('*');
  });

  it('puts the hit of embedding space below the hits of maps, and leaves it out where it is not known', () => {
    const lines = describeAll({});
    const head = lines.find((line) => line.startsWith('map '))!;
    const space = lines.find((line) => line.startsWith('embedding space'))!;
    expect(space.indexOf('0.57')).toBe(head.indexOf('hit'));
    expect(describeAll({ embeddingHits: [] }).join('\n')).not.toMatch(/^embedding space/m);
  });

  it('has a hyphen for a figure that a map does not have', () => {
    const lines = describeAll({ maps: [compared({ projection: 'pooled' }, {})] });
    expect(lines.find((line) => line.startsWith('pooled PCA'))).toMatch(/^pooled PCA( +-){6}$/);
  });
});

describe('the advice', () => {
  const say = (comparison: Partial<RunComparison>) => describeAll(comparison, Infinity).join('\n');

  it('names the map for each purpose, its figure, and what to write into run.yaml', () => {
    const said = say({});
    expect(said).toContain('To see how images move: pooled PCA (Pearson 0.77).');
    expect(said).toContain('To see how classes part: class map (hit 0.42, 0.57 in embedding space).');
    expect(said).toContain('To see who is beside whom: own PCA, onto the last (mean trustworthiness 0.81).');
    expect(said).toContain('In run.yaml: maps: [pooled, classes, per-checkpoint]');
  });

  it('says toss-ups, and that no map stands out where all are alike', () => {
    const maps = [
      compared({ projection: 'per-checkpoint' }, { pearson: 0.3, hits: [0.5] }),
      compared({ projection: 'pooled' }, { pearson: 0.75, hits: [0.5] }),
      compared({ projection: 'last' }, { pearson: 0.76, hits: [0.501] }),
    ];
    const said = say({ maps });
    expect(said).toContain("last frame's PCA (Pearson 0.76; as good: pooled PCA)");
    expect(said).toContain('Classes: no map stands out (0.50).');
    expect(said).toContain('In run.yaml: maps: [last]');
  });

  it('does not call a map good at movement that does not move as embeddings do', () => {
    const maps = [
      compared({ projection: 'per-checkpoint' }, { pearson: -0.3 }),
      compared({ projection: 'pooled' }, { pearson: 0.05 }),
    ];
    expect(say({ maps })).toContain(
      'On no map do images move as their embeddings do (Pearson 0.05 at most).',
    );
    expect(say({ maps })).not.toContain('In run.yaml');
  });

  it('doubts figures of few frames and few images', () => {
    expect(say({})).not.toContain('chance');
    const maps = [
      compared({ projection: 'per-checkpoint' }, { hits: [0.1] }),
      compared({ projection: 'pooled' }, { hits: [0.9] }),
    ];
    expect(say({ maps })).toContain('With so few frames, chance');
    expect(say({ maps, images: 12 })).toContain('With so few frames and images, chance');
  });

  it('writes a map with options of its own as run.yaml has it', () => {
    const maps = [
      compared({ projection: 'per-checkpoint' }, { pearson: 0.3 }),
      compared(
        { projection: 'per-checkpoint', name: 'mean', align: 'generalized', scaling: false },
        { pearson: 0.6 },
      ),
    ];
    expect(say({ maps })).toContain(
      'maps: [{ name: mean, projection: per-checkpoint, align: generalized, scaling: false }]',
    );
  });

  it('is not given of a single map', () => {
    expect(say({ maps: SHIPPED.maps.slice(0, 1), origin: 'packed maps' })).not.toContain('To see');
  });
});

describe('a comparison', () => {
  const leftOut = [makeNotice('MapsLeftOut', ['classes'], { reason: 'the model has no head' })];

  it('says which maps the run can not have, and why', () => {
    expect(describeAll({ leftOut }, Infinity).join('\n')).toContain('since the model has no head: classes.');
  });

  it('says of a pack what was compared', () => {
    expect(describeAll({ origin: 'packed maps' })[0]).toContain('of the maps that are packed');
    expect(describeAll({ origin: 'packed comparison' })[0]).toContain('as they were packed');
    expect(describeAll({})[0]).toBe('emoji: 24 frames of 1,943 images');
  });

  it('has all figures of all frames as data', () => {
    const data = summariseComparison({ ...RUN, leftOut });
    expect(compareResultSchema.parse(JSON.parse(JSON.stringify(data)))).toEqual(data);
    expect(data.maps.map(({ name, frames }) => [name, frames.length])).toEqual(
      SHIPPED.maps.map(({ options }) => [options.name, 24]),
    );
    expect(data.maps[2]).toMatchObject({ projection: 'pooled', temporalPearson: 0.77 });
    expect(data.advice[0]).toEqual({ purpose: 'movement', best: 'pooled', value: 0.77, tied: [] });
    expect(data.leftOut).toMatchObject([{ items: ['classes'] }]);
  });
});
