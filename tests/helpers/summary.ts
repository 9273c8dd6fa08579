/** Summaries of runs as pages get them, made up. */
import type { RunSummary } from '../../integrations/embedding-animation/artifacts/summary.ts';
import type { AnimatedRun, MapSummary } from '../../integrations/embedding-animation/components/find-map.ts';

type Animation = AnimatedRun['animation'];
type MapFigures = MapSummary['perFrame'][number];
type ComparedMap = NonNullable<Animation['comparison']>['maps'][number];

/** A run that has no pictures yet. */
export const UNFINISHED_RUN: RunSummary = {
  id: 'emoji',
  slug: 'emoji',
  title: 'A run',
  modelType: 'vit',
  hiddenSize: 128,
  parameters: 801_234,
  images: 1912,
  classNames: ['a', 'b'],
  classColours: ['#000000', '#ffffff'],
  language: { locale: 'en' },
  classMarkers: ['disc', 'disc'],
  markerPaths: { disc: 'M0 0Z' },
  training: { steps: [0, 1200], lastStep: 1200, classes: 2, losses: {}, accuracies: [] },
};

/** A frame on a map along the axes of its checkpoint. */
export const MAP_FIGURES: MapFigures = {
  explainedVariance: [0.3, 0.2],
  disparity: 0.1,
  reflected: false,
  trustworthiness: 0.81,
  continuity: 0.9,
  neighbourhoodPreservation: 0.12,
  neighbourhoodHit: 0.36,
};

const OPTIONS = { align: 'none', scaling: true, reflection: true } as const;

/** A map's options and figures, in two frames unless told otherwise. */
export function makeComparedMap(map: Partial<ComparedMap> & Pick<ComparedMap, 'projection'>): ComparedMap {
  return { name: map.projection, ...OPTIONS, perFrame: [MAP_FIGURES, MAP_FIGURES], ...map };
}

/** A map with the addresses of its pictures: `/<name>/0.png`, `/<name>/1.png` and so on. */
export function makeMap(map: Partial<MapSummary> & Pick<MapSummary, 'projection'>): MapSummary {
  const compared = makeComparedMap(map);
  const frames = compared.perFrame.map((_, index) => `/${compared.name}/${index}.png`);
  const urls = {
    gif: `/${compared.name}/animation.gif`,
    still: frames.at(-1) ?? '',
    first: frames[0] ?? '',
    frames,
  };
  const size = { width: 1200, height: 800, gifBytes: 740_400 };
  return {
    ...compared,
    ...size,
    urls: { ...urls, json: `/${compared.name}/animation.json` },
    variants: [{ theme: 'light', arrangement: 'main', ...size, urls }],
    ...map,
  };
}

/** A run with pictures of these maps, its frames at the steps 0 and 1200 unless told otherwise. */
export function makeAnimatedRun(
  maps: readonly [MapSummary, ...MapSummary[]],
  more: { readonly run?: Partial<RunSummary>; readonly animation?: Partial<Animation> } = {},
): AnimatedRun {
  const { width, height, gifBytes, urls, variants, perFrame } = maps[0];
  const steps = perFrame.map((_, index) => index * 1200);
  return {
    ...UNFINISHED_RUN,
    ...more.run,
    animation: {
      secondsPerFrame: 0.35,
      holdSeconds: 3,
      neighbours: 10,
      ...{ width, height, gifBytes, urls, variants },
      frames: perFrame.length,
      perFrame: perFrame.map((frame, index) => ({
        step: steps[index]!,
        meanDistance: 0.04,
        outliers: [],
        ...frame,
      })),
      maps: [...maps],
      ...more.animation,
    },
  };
}
