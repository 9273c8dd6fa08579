import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  frameFigures,
  publishedFigures,
  summariseMapFigures,
  summaryFigures,
} from '../../integrations/embedding-animation/frame-figures.ts';

const FIGURES = {
  step: 12_345_678,
  epoch: 1 / 3,
  loss: undefined,
  accuracy: 2 / 3,
  meanDistance: 0.123456789,
  explainedVarianceRatio: [1 / 7, 1 / 9],
  disparity: 1e-9 / 3,
  reflected: true,
} as const;
const FRAME = { ...FIGURES, points: 'long', scores: 'long' };

describe('figures of a frame', () => {
  it('are picked as they are', () => {
    expect({
      ...frameFigures.training.parse(FRAME),
      ...frameFigures.computed.parse(FRAME),
      ...frameFigures.map.parse(FRAME),
    }).toEqual(FIGURES);
  });

  it('are published with 7 digits, but for whole numbers', () => {
    expect(publishedFigures.training.parse(FRAME)).toEqual({
      step: 12_345_678,
      epoch: 0.3333333,
      accuracy: 0.6666667,
    });
    expect(publishedFigures.computed.parse(FRAME)).toEqual({ meanDistance: 0.1234568 });
    expect(publishedFigures.map.parse(FRAME)).toEqual({
      explainedVarianceRatio: [0.1428571, 0.1111111],
      disparity: 3.333333e-10,
      reflected: true,
    });
  });

  it('are rounded once: what was published stays as it is', () => {
    const published = publishedFigures.map.parse(FRAME);
    expect(publishedFigures.map.parse(published)).toEqual(published);
  });

  it('have the same JSON Schema whether they are rounded or not', () => {
    for (const group of ['training', 'computed', 'map', 'wholeMap'] as const)
      expect(z.toJSONSchema(publishedFigures[group])).toEqual(z.toJSONSchema(frameFigures[group]));
  });

  it('stand in summaries, the shares of variance by a shorter name', () => {
    expect(summaryFigures.frame.parse(FIGURES)).toEqual({
      step: 12_345_678,
      epoch: 0.3333333,
      accuracy: 0.6666667,
      meanDistance: 0.1234568,
    });
    expect(summariseMapFigures(FIGURES)).toEqual({
      explainedVariance: [0.1428571, 0.1111111],
      disparity: 3.333333e-10,
      reflected: true,
    });
  });
});
