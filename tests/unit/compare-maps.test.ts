import { describe, expect, it } from 'vitest';
import {
  adviseOnMaps,
  middleOf,
  summariseComparedMap,
} from '../../integrations/embedding-animation/compare-maps.ts';
import { compared, SHIPPED } from '../helpers/comparison.ts';

const choiceOf = (purpose: string, maps = SHIPPED.maps, images = 1943) =>
  adviseOnMaps({ maps, embeddingHits: [0.3, 0.57] }, images).choices.find(
    (choice) => choice.purpose === purpose,
  );

describe('summariseComparedMap', () => {
  it('takes trust at the first, the middle and the last frame, and the hit at the last', () => {
    const map = compared(
      { projection: 'pooled' },
      { trust: [0.9, 0.8, 0.7, 0.6], hits: [0.1, 0.2, 0.3, 0.4] },
    );
    const { trustworthiness, meanTrustworthiness, hit } = summariseComparedMap(map);
    expect(trustworthiness).toEqual([0.9, 0.8, 0.6]);
    expect(meanTrustworthiness).toBeCloseTo(0.75, 12);
    expect(hit).toBe(0.4);
  });

  it.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [24, 11],
  ])('calls frame %# of %d the middle one', (count, middle) => {
    expect(middleOf(count)).toBe(middle);
  });

  it('has no figures where the map has none', () => {
    const { pearson, hit, meanTrustworthiness } = summariseComparedMap(
      compared({ projection: 'pooled' }, {}),
    );
    expect([pearson, hit, meanTrustworthiness]).toEqual([undefined, undefined, undefined]);
  });
});

describe('adviseOnMaps', () => {
  it('chooses the best map for each purpose', () => {
    const { choices, embeddingHit } = adviseOnMaps(SHIPPED, 1943);
    expect(choices.map(({ purpose, best, value }) => [purpose, best.name, value])).toEqual([
      ['movement', 'pooled', 0.77],
      ['classes', 'classes', 0.42],
      ['neighbours', 'per-checkpoint', 0.81],
    ]);
    expect(embeddingHit).toBe(0.57);
  });

  it('calls differences below 0.02 a toss-up, and larger ones none', () => {
    const near = compared({ projection: 'last' }, { pearson: 0.755 });
    const far = compared({ projection: 'classes' }, { pearson: 0.745 });
    const pooled = compared({ projection: 'pooled' }, { pearson: 0.77 });
    expect(choiceOf('movement', [near, far, pooled])).toMatchObject({ compared: 3, tied: [near.options] });
  });

  it('needs more of a difference between hits of few images', () => {
    const maps = [
      compared({ projection: 'pooled' }, { hits: [0.5] }),
      compared({ projection: 'classes' }, { hits: [0.55] }),
    ];
    expect(choiceOf('classes', maps, 1943)!.tied).toEqual([]);
    expect(choiceOf('classes', maps, 50)!.tied).toEqual([maps[0]!.options]);
  });

  it('counts a projection once where aligning changes nothing', () => {
    const choice = choiceOf('neighbours')!;
    expect([choice.best.align, choice.compared]).toEqual(['last', 4]);
    expect(choice.tied.map(({ projection }) => projection)).not.toContain('per-checkpoint');
    expect(choiceOf('movement')!.compared).toBe(SHIPPED.maps.length);
  });

  it('says where there are too few frames or images to tell', () => {
    expect(adviseOnMaps(SHIPPED, 1943)).toMatchObject({ hasFewFrames: false, hasFewImages: false });
    const few = [compared({ projection: 'pooled' }, { trust: [0.9, 0.8] })];
    expect(adviseOnMaps({ maps: few, embeddingHits: [] }, 12)).toMatchObject({
      hasFewFrames: true,
      hasFewImages: true,
      embeddingHit: undefined,
    });
  });

  it('has nothing to say of purposes without figures', () => {
    const maps = [compared({ projection: 'pooled' }, { hits: [0.5] })];
    expect(adviseOnMaps({ maps, embeddingHits: [] }, 100).choices.map(({ purpose }) => purpose)).toEqual([
      'classes',
    ]);
  });
});
