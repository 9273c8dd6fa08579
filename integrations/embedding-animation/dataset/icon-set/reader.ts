/** Reader of the type `icon-set`: the drawings of an npm package as labelled images. */
import { createHash } from 'node:crypto';
import { withPlace } from '../../errors.ts';
import { openSvgDrawer } from '../../images/index.ts';
import type { IconSetOptions } from '../../options/index.ts';
import { selectIcons, type IconSelection } from '../icon-selection.ts';
import { readIconifyPackage, type IconifyPackage } from './iconify.ts';
import { datasetInvalid, type DatasetReader } from '../reader.ts';

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
  const drawer = openSvgDrawer();
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
        drawer.draw(svg, { width: size, height: size, background }),
      );
    },
  };
};

function digestIcons({ classNames, icons }: IconSelection, { size, background }: IconSetOptions): string {
  const drawing = { version: DRAWING_VERSION, size, background: background.toLowerCase() };
  return createHash('sha256').update(JSON.stringify({ drawing, classNames, icons })).digest('hex');
}

function describeSet({ name, version }: IconifyPackage, { size }: IconSetOptions): string {
  return `icon set ${name} ${version}, drawn at ${size} px`;
}
