/** Reader of the type `icon-set`: the drawings of an npm package as labelled images. */
import { createHash } from 'node:crypto';
import type { RgbImage } from '../contracts.ts';
import { makeError, withPlace } from '../errors.ts';
import { rasterizeSvg, type RasterizeOptions } from '../images/index.ts';
import type { IconSetOptions } from '../options/index.ts';
import { selectIcons, type IconSelection } from './icon-selection.ts';
import { readIconifyPackage, type IconifyPackage } from './iconify-package.ts';
import { datasetInvalid, type DatasetReader } from './reader.ts';

/** Most bytes of one icon: the largest of Noto Emoji has 172,613. */
const MAX_DRAWING_BYTES = 512 << 10;

/** Raised when the same icon would be drawn with other pixels. */
const DRAWING_VERSION = 1;

/**
 * Opens an icon set: its categories are the classes. Drawn square on the background, at `size` px.
 * @throws EmbeddingAnimationError `DatasetInvalid`; from `decode`, `ImageUnreadable`
 */
export const openIconSet: DatasetReader<IconSetOptions> = async (options, { projectRoot }) => {
  const set = await readIconifyPackage(options.package, projectRoot);
  const selection = selectIcons(set, options);
  const { classNames, icons } = selection;
  const { size, background } = options;
  if (icons.length === 0) {
    throw datasetInvalid(set.name, 'noIcon', undefined);
  }
  return {
    classNames,
    items: icons.map(({ name, label }) => ({ name, label })),
    digest: digestIcons(selection, options),
    source: describeSet(set, options),
    decode(index) {
      const { name, svg } = icons[index]!;
      return withPlace({ file: `${set.name}, icon "${name}"` }, () =>
        drawBounded(svg, { width: size, height: size, background }),
      );
    },
  };
};

/** Time to draw grows with the square of what crosses: a few megabytes of lines would take hours. */
function drawBounded(svg: string, options: RasterizeOptions): Promise<RgbImage> {
  if (svg.length <= MAX_DRAWING_BYTES) return rasterizeSvg(svg, options);
  throw makeError('ImageUnreadable', 'drawingTooLarge', { bytes: svg.length, most: MAX_DRAWING_BYTES });
}

function digestIcons({ classNames, icons }: IconSelection, { size, background }: IconSetOptions): string {
  const drawing = { version: DRAWING_VERSION, size, background: background.toLowerCase() };
  return createHash('sha256').update(JSON.stringify({ drawing, classNames, icons })).digest('hex');
}

function describeSet({ name, version }: IconifyPackage, { size }: IconSetOptions): string {
  return `icon set ${name} ${version}, drawn at ${size} px`;
}
