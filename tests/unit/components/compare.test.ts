import { describe, expect, it } from 'vitest';
import { tabulateMaps } from '../../../integrations/embedding-animation/components/compare.ts';
import { openLanguage } from '../../../integrations/embedding-animation/locale/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeAnimatedRun, makeComparedMap, makeMap, MAP_FIGURES } from '../../helpers/summary.ts';

const MAP = makeMap({ projection: 'per-checkpoint', align: 'last' });

/** Six frames of one trustworthiness and one hit. */
function frames(trustworthiness: number, neighbourhoodHit: number) {
  return Array.from({ length: 6 }, () => ({ ...MAP_FIGURES, trustworthiness, neighbourhoodHit }));
}

const COMPARED = makeAnimatedRun([MAP], {
  animation: {
    comparison: {
      embeddingHits: [0.2, 0.571],
      maps: [
        makeComparedMap({
          projection: 'per-checkpoint',
          align: 'last',
          temporalPearson: 0.43,
          perFrame: frames(0.813, 0.36),
        }),
        makeComparedMap({ projection: 'pooled', temporalPearson: 0.768, perFrame: frames(0.76, 0.37) }),
        makeComparedMap({ projection: 'last', temporalPearson: 0.771, perFrame: frames(0.72, 0.36) }),
        makeComparedMap({ projection: 'classes', perFrame: frames(0.78, 0.42) }),
      ],
    },
  },
});

describe('the table of maps', () => {
  it('has a row a map with its alignment in words, and the embeddings by themselves', () => {
    const { rows, embeddings } = tabulateMaps(COMPARED, openLanguage());
    expect(rows.map(({ title, alignment }) => [title, alignment])).toEqual([
      ['Axes of each checkpoint', 'laid onto the last frame'],
      ['Axes of all checkpoints', undefined],
      ['Axes of the last checkpoint', undefined],
      ['Classes on a circle', undefined],
    ]);
    expect(rows[0]?.cells.map(({ text }) => text)).toEqual(['0.43', '0.81', '0.81', '0.81', '0.36']);
    expect(rows[3]?.cells[0]?.text).toBeUndefined();
    expect(embeddings).toBe('0.57');
  });

  it('marks the best of each column, and those that read alike', () => {
    const { rows } = tabulateMaps(COMPARED, openLanguage());
    expect(rows.map(({ cells }) => cells.map(({ isBest }) => isBest))).toEqual([
      [false, true, true, true, false],
      [true, false, false, false, false],
      [true, false, false, false, false],
      [false, false, false, false, true],
    ]);
  });

  it('says which map is best for what, with those that are as good', () => {
    expect(tabulateMaps(COMPARED, openLanguage()).advice).toEqual([
      expect.stringMatching(/embeddings do on: Axes of the last checkpoint, Axes of all checkpoints\.$/),
      expect.stringMatching(/^Classes stand apart best on: Classes on a circle\.$/),
      expect.stringMatching(/true neighbours on: Axes of each checkpoint\.$/),
      expect.stringMatching(/10 nearest, 4\.2 are of its class on the best map and 5\.7 in the embedding/),
    ]);
  });

  it('speaks the language of the run', () => {
    const { rows, advice } = tabulateMaps(COMPARED, openLanguage({ locale: 'ja' }));
    expect(rows[0]?.alignment).toBe('最後のフレームに重ね合わせ');
    expect(advice[0]).toContain('、');
  });

  it('of a run that compares none tells what to say in run.yaml', async () => {
    const error = await catchError('ComparisonMissing', () =>
      tabulateMaps(makeAnimatedRun([MAP]), openLanguage()),
    );
    expect(error.message).toBe('run "emoji": its maps are not compared');
    expect(error.hint).toContain('compareMaps: true');
  });
});
