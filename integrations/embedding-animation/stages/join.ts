/** Stage 5: pictures in, one looping GIF out. */
import type { PublishedFile } from '../artifacts/rendered-folder.ts';
import { decodePng } from '../images/index.ts';
import type { PipelineContext } from '../pipeline.ts';
import { runStage } from '../progress.ts';
import { encodeGif } from '../rendering/index.ts';
import type { RunSource } from '../run-source.ts';
import type { Picture } from './draw.ts';

/** Name of the GIF below the run's folder. */
export const GIF_NAME = 'animation.gif';

const MS_PER_SECOND = 1000;

/** Joins the pictures; the last one is held. One decoded picture is in memory at a time. */
export async function joinFrames(
  { id, look }: RunSource,
  pictures: readonly Picture[],
  { progress }: PipelineContext,
): Promise<PublishedFile & { readonly content: Uint8Array }> {
  const delaysMs = pictures.map((_, index) =>
    Math.round(
      (look.secondsPerFrame + (index === pictures.length - 1 ? look.holdSeconds : 0)) * MS_PER_SECOND,
    ),
  );
  return runStage(`${id}: joining`, 'frames', progress, async (onProgress) => {
    const bytes = await encodeGif(
      pictures.map((picture) => async () => decodePng(await picture.content())),
      { delaysMs, onProgress },
    );
    const megabytes = (bytes.length / 1e6).toFixed(1);
    return {
      result: { name: GIF_NAME, content: bytes },
      line: `${id}: joined ${pictures.length} frames into a GIF of ${megabytes} MB`,
    };
  });
}
