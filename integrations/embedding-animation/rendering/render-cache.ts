/** What a thread keeps while it renders: fonts, and the static layer of the run whose frames come one after the other. */
import type { RgbImage } from '../contracts.ts';
import { openLanguage } from '../locale/index.ts';
import {
  planStaticLayer,
  rasterizeStaticLayer,
  staticLayerKey,
  type StaticLayer,
  type StaticLayerInput,
} from './static-layer.ts';
import { openFontStack } from './text/font-stack.ts';
import { openTypesetter, type Typesetter } from './text/typesetter.ts';

/** A static layer with its pixels, which are copied for every frame and never drawn on. */
export interface RenderedLayer {
  readonly layer: StaticLayer;
  readonly typesetter: Typesetter;
  readonly background: RgbImage;
}

/** What was rendered for the last frame, and serves the next. */
export interface RenderCache {
  /** The static layer of a frame: the last one where it fits, or else a new one, which is kept in its place. */
  layerOf(input: StaticLayerInput): Promise<RenderedLayer>;
}

/** Opens an empty cache; fonts and layers come with the first frame. */
export function openRenderCache(): RenderCache {
  let typesetter: Kept<Typesetter> | undefined;
  let layer: Kept<Promise<RenderedLayer>> | undefined;
  return {
    layerOf(input) {
      const { language, fonts } = input;
      const textKey = JSON.stringify([language, fonts]);
      if (typesetter?.key !== textKey) {
        const value = openTypesetter({ fonts: openFontStack(fonts), language: openLanguage(language) });
        typesetter = { key: textKey, value };
      }
      const key = staticLayerKey(input);
      if (layer?.key !== key) layer = { key, value: renderLayer(input, typesetter.value) };
      return layer.value;
    },
  };
}

interface Kept<Value> {
  readonly key: string;
  readonly value: Value;
}

async function renderLayer(input: StaticLayerInput, typesetter: Typesetter): Promise<RenderedLayer> {
  const layer = planStaticLayer(input, typesetter);
  return { layer, typesetter, background: await rasterizeStaticLayer(layer, input) };
}
