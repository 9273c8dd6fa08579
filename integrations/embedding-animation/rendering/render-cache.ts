/** What a thread keeps while it draws: fonts, and the scene of the run whose frames come one after the other. */
import type { RgbImage } from '../contracts.ts';
import { rasterizeOverlay } from '../images/index.ts';
import { rasterizeNumbers } from './parts/outlier-rings.ts';
import { openLanguage } from '../locale/index.ts';
import { openFontBook } from './text/font-stack.ts';
import { openScene, rasterizeScene, sceneKey, type Scene, type SceneInput } from './static-layer.ts';
import { openTypesetter, type Typesetter } from './text/typesetter.ts';

/** A scene with its pixels, which are copied for every frame and never painted on. */
export interface Stage {
  readonly scene: Scene;
  readonly typesetter: Typesetter;
  readonly backdrop: RgbImage;
  /** Pixels of the numbers on the map; see `rasterizeNumbers`. */
  readonly numbers: readonly Uint8Array[];
  /** Pixels of the whole line of the training loss, `[height × width × 4]` of its box. */
  readonly line: Uint8Array | undefined;
}

/** Where frames are drawn. */
export interface Studio {
  /** The scene of a frame: the last one where it fits, or else a new one, which is kept in its place. */
  stage(input: SceneInput): Promise<Stage>;
}

/** Opens an empty studio; fonts and scenes come with the first frame. */
export function openStudio(): Studio {
  let typesetter: Kept<Typesetter> | undefined;
  let stage: Kept<Promise<Stage>> | undefined;
  return {
    stage(input) {
      const { language, fonts } = input;
      const textKey = JSON.stringify([language, fonts]);
      if (typesetter?.key !== textKey) {
        const value = openTypesetter({ fonts: openFontBook(fonts), language: openLanguage(language) });
        typesetter = { key: textKey, value };
      }
      const key = sceneKey(input);
      if (stage?.key !== key) stage = { key, value: setStage(input, typesetter.value) };
      return stage.value;
    },
  };
}

interface Kept<Value> {
  readonly key: string;
  readonly value: Value;
}

async function setStage(input: SceneInput, typesetter: Typesetter): Promise<Stage> {
  const scene = openScene(input, typesetter);
  const [backdrop, numbers, line] = await Promise.all([
    rasterizeScene(scene, input),
    rasterizeNumbers(scene.marks),
    scene.line && rasterizeOverlay(scene.line.svg, scene.line.box),
  ]);
  return { scene, typesetter, backdrop, numbers, line };
}
