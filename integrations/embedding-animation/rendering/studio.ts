/** What a thread keeps while it draws: fonts, and the scene of the run whose frames come one after the other. */
import type { RgbImage } from '../contracts.ts';
import { rasterizeOverlay } from '../images/index.ts';
import { rasterizeNumbers } from './map-rings.ts';
import { openScene, rasterizeScene, sceneKey, type Scene, type SceneInput } from './scene.ts';
import { openTypesetter, type Typesetter } from './text.ts';

/** A scene with its pixels, which are copied for every frame and never painted on. */
export interface Stage {
  readonly scene: Scene;
  readonly backdrop: RgbImage;
  /** Pixels of the numbers on the map; see `rasterizeNumbers`. */
  readonly numbers: readonly Uint8Array[];
  /** Pixels of the whole line of the training loss, `[height × width × 4]` of its box. */
  readonly line: Uint8Array | undefined;
}

/** Where frames are drawn. */
export interface Studio {
  readonly typesetter: Typesetter;
  /** The scene of a frame: the last one where it fits, or else a new one, which is kept in its place. */
  stage(input: SceneInput): Promise<Stage>;
}

/** Opens an empty studio; fonts and scenes come with the first frame. */
export function openStudio(typesetter: Typesetter = openTypesetter()): Studio {
  let last: { readonly key: string; readonly stage: Promise<Stage> } | undefined;
  return {
    typesetter,
    stage(input) {
      const key = sceneKey(input);
      if (last?.key !== key) last = { key, stage: setStage(input, typesetter) };
      return last.stage;
    },
  };
}

async function setStage(input: SceneInput, typesetter: Typesetter): Promise<Stage> {
  const scene = openScene(input, typesetter);
  const [backdrop, numbers, line] = await Promise.all([
    rasterizeScene(scene, input),
    rasterizeNumbers(scene.marks),
    scene.line && rasterizeOverlay(scene.line.svg, scene.line.box),
  ]);
  return { scene, backdrop, numbers, line };
}
