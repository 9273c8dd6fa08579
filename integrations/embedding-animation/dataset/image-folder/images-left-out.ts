/** Images of a folder that are none of the set, and how that is told. */
import { extname, join, posix } from 'node:path';
import { mapBounded } from '../../threads/concurrency.ts';
import type { Notice } from '../../contracts.ts';
import { openRegularFile } from '../../files.ts';
import { isReadableImage, SIGNATURE_BYTES, startsLikeImage } from '../../images/index.ts';
import { makeNotice } from '../../notices.ts';
import type { FolderListing } from '../folder-listing.ts';

/** A file that holds an image, or seems to, and is not read. */
export interface LeftOutImage {
  readonly path: string;
  /**
   * A format that is not read; a readable one under a name that does not say so; a hidden file; one in a folder that is
   * called `__something`, which the datasets library skips too; a pipe or a device; a film or an archive.
   */
  readonly reason: 'format' | 'name' | 'hidden' | 'underscores' | 'special' | 'container';
}

/** Files open at once while their first bytes are read. */
const OPEN_FILES = 16;
/** Files of one extension whose first bytes are read before the others are. */
const FIRST_OF_EXTENSION = 64;

/** Extensions of images that are not read here, in lower case. */
const OTHER_IMAGES: ReadonlySet<string> = new Set(
  [
    ...['heic', 'heif', 'hif', 'avif', 'jxl', 'jp2', 'j2k', 'jpx', 'jpf', 'jpc', 'j2c', 'jxr', 'svg', 'svgz'],
    ...['tga', 'psd', 'ico', 'icns', 'cur', 'pcx', 'ppm', 'pgm', 'pbm', 'pnm', 'pfm', 'pam', 'xbm', 'xpm'],
    ...['dds', 'exr', 'hdr', 'dcm', 'fits', 'fit', 'sgi', 'ras', 'im', 'msp', 'eps', 'wmf', 'emf', 'blp'],
    ...['dng', 'cr2', 'cr3', 'nef', 'arw', 'orf', 'rw2', 'raf', 'raw'],
  ].map((extension) => `.${extension}`),
);
/** Extensions of what may hold images: films and archives. */
const CONTAINERS: ReadonlySet<string> = new Set(
  [
    ...['mp4', 'm4v', 'mov', 'avi', 'mkv', 'webm', 'mpg', 'mpeg', 'wmv', 'flv'],
    ...['zip', 'tar', 'tgz', 'gz', 'bz2', 'xz', '7z', 'rar'],
  ].map((extension) => `.${extension}`),
);
/** What macOS lays beside a file on other file systems: it has the file's extension, and no image in it. */
const RESOURCE_FORK = /^\._/;
/** What datasets skips, such as `__MACOSX` and `__pycache__`. */
const SKIPPED_FOLDER = /^__/;

/** Whether a file lies in a folder that is called `__something`. */
export function isSkipped(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((name) => SKIPPED_FOLDER.test(name));
}

/**
 * Finds images that are not read: by their names or, where these don't tell, by their first bytes. Anything else that
 * people keep beside images, such as a README, is no image.
 * @param ignored paths that are used in another way
 */
export async function findLeftOut(
  folder: string,
  listing: FolderListing,
  ignored: ReadonlySet<string>,
): Promise<LeftOutImage[]> {
  const files = listing.files.filter((path) => !ignored.has(path));
  const untold = files.filter((path) => judgeName(path) === undefined);
  const misnamed = await findMisnamed(folder, untold);
  const hidden = listing.hidden.filter(
    (path) => !ignored.has(path) && !RESOURCE_FORK.test(posix.basename(path)) && isReadableImage(path),
  );
  return [
    ...files.flatMap((path): LeftOutImage[] => {
      const reason = misnamed.has(path) ? 'name' : judgeName(path);
      return reason === undefined || reason === 'none' ? [] : [{ path, reason }];
    }),
    ...hidden.map((path): LeftOutImage => ({ path, reason: 'hidden' })),
    ...listing.special.filter(isReadableImage).map((path): LeftOutImage => ({ path, reason: 'special' })),
  ];
}

/** Why a file is left out as its name tells; `none` where it isn't, `undefined` where its content has to tell. */
function judgeName(path: string): LeftOutImage['reason'] | 'none' | undefined {
  const extension = extname(path).toLowerCase();
  const isReadable = isReadableImage(path);
  const isImage = isReadable || OTHER_IMAGES.has(extension);
  if (isSkipped(path)) return isImage ? 'underscores' : 'none';
  if (isImage) return isReadable ? 'none' : 'format';
  return CONTAINERS.has(extension) ? 'container' : undefined;
}

/**
 * Which files are images without the extension of one. Where the first files of an extension are none, the others are
 * taken for the same: data sets have a text or a table beside each image.
 */
async function findMisnamed(folder: string, files: readonly string[]): Promise<Set<string>> {
  const holds = (path: string): Promise<boolean> => holdsImage(join(folder, path));
  const misnamed = new Set<string>();
  for (const [extension, paths] of Map.groupBy(files, (path) => extname(path).toLowerCase())) {
    const first = extension === '' ? paths : paths.slice(0, FIRST_OF_EXTENSION);
    const found = await mapBounded(first, OPEN_FILES, holds);
    const rest = found.includes(true) ? paths.slice(first.length) : [];
    const foundLater = await mapBounded(rest, OPEN_FILES, holds);
    for (const [index, isImage] of [...found, ...foundLater].entries())
      if (isImage) misnamed.add(paths[index]!);
  }
  return misnamed;
}

/** Whether a file's first bytes are those of an image. */
export async function holdsImage(path: string): Promise<boolean> {
  try {
    await using file = await openRegularFile(path);
    const { buffer, bytesRead } = await file.read(new Uint8Array(SIGNATURE_BYTES), 0, SIGNATURE_BYTES, 0);
    return startsLikeImage(buffer.subarray(0, bytesRead));
  } catch {
    return false; // a file that nobody can read holds no image for anybody
  }
}

/** Images that are left out, as a notice. */
export function noteLeftOut(images: readonly LeftOutImage[]): Notice[] {
  if (images.length === 0) return [];
  const paths = images.map(({ path }) => path);
  return [makeNotice('ImagesLeftOut', paths, { kinds: describeKinds(images) })];
}

/** `10 .heic, 2 without an image's extension, 1 hidden`. */
export function describeKinds(images: readonly LeftOutImage[]): string {
  const counts = new Map<string, number>();
  for (const image of images) {
    const kind = describeKind(image);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

function describeKind({ path, reason }: LeftOutImage): string {
  switch (reason) {
    case 'format':
    case 'container':
      return extname(path).toLowerCase();
    case 'name':
      return "without an image's extension";
    case 'hidden':
      return 'hidden';
    case 'underscores':
      return 'in folders called __…';
    case 'special':
      return 'no regular files';
  }
}
