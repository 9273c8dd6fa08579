import { describe, expect, it } from 'vitest';
import {
  CURVE,
  describeQuality,
  drawCurve,
} from '../../../integrations/embedding-animation/components/quality.ts';
import { openLanguage } from '../../../integrations/embedding-animation/locale/index.ts';
import { makeAnimatedRun, makeMap, MAP_FIGURES } from '../../helpers/summary.ts';

const english = openLanguage();
const ALIGNED = makeMap({
  projection: 'per-checkpoint',
  align: 'last',
  temporalPearson: 0.43,
  temporalSpearman: 0.4,
  temporalStress: 0.3,
  perFrame: [
    { ...MAP_FIGURES, explainedVariance: [0.1, 0.1], disparity: 0.9, mirrorGap: 0.01 },
    { ...MAP_FIGURES, disparity: 0.4, mirrorGap: 0.5 },
    { ...MAP_FIGURES, disparity: 1, mirrorGap: 0 },
    { ...MAP_FIGURES, disparity: 0, mirrorGap: 0.04 },
  ],
});

function describeAlone(map: ReturnType<typeof makeMap>) {
  return describeQuality(makeAnimatedRun([map]), map, english);
}

describe('how far a map can be trusted', () => {
  it('is told of the last frame, a sentence a figure, beside the values of the first and the last', () => {
    const { ofFrames } = describeAlone(ALIGNED);
    expect(ofFrames.map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('50.0% of the variance'),
      expect.stringContaining('Trustworthiness is 0.81'),
      expect.stringContaining('Continuity is 0.90'),
      expect.stringMatching(/10 images.* 1\.2 are among its 10 neighbours/),
      expect.stringContaining('10 neighbours on the map, 3.6 are of its class'),
    ]);
    expect(ofFrames[0]?.values.map((value) => value?.toFixed(2))).toEqual(['0.20', '0.50', '0.50', '0.50']);
    expect(ofFrames[0]?.range).toBe('first 20.0%, last 50.0%');
  });

  it('is told of the whole run: its alignment, its toss-ups, its disparities and its movement', () => {
    const { ofRun } = describeAlone(ALIGNED);
    expect(ofRun).toEqual([
      'Frames are laid onto the last frame.',
      expect.stringMatching(/^In 1 frame, turned and mirrored fit almost alike/),
      expect.stringContaining('is 0.40 to 1.00'),
      expect.stringContaining('correlate with 0.43'),
      expect.stringContaining('correlation is 0.40'),
      expect.stringContaining('is 0.30'),
    ]);
  });

  it('leaves out what a map has no figure of', () => {
    const figures = { disparity: 0, reflected: false, trustworthiness: 0.7 };
    const { ofFrames, ofRun } = describeAlone(makeMap({ projection: 'classes', perFrame: [figures] }));
    expect(ofFrames).toHaveLength(1);
    expect(ofFrames[0]?.range).toBeUndefined();
    expect(ofRun).toEqual([expect.stringContaining('Nothing is aligned')]);
  });
});

describe('the curve of a figure', () => {
  it('goes from side to side, from 0 at the bottom to 1 at the top', () => {
    const { width, height, margin } = CURVE;
    expect(drawCurve([0, 0.5, 1])).toBe(
      `M${margin} ${height - margin}L${width / 2} ${height / 2}L${width - margin} ${margin}`,
    );
  });

  it('is broken where a frame lacks the figure', () => {
    expect(drawCurve([0, undefined, 1, 1]).match(/[ML]/g)).toEqual(['M', 'M', 'L']);
  });
});
