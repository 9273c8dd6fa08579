/** CIFAR-10 from its authors' page. */
import { downloadFile, type Download, type DownloadContext } from '../download.ts';

/** "CIFAR-10 binary version (suitable for C programs)", with the size and checksum that the page gives. */
const CIFAR10_ARCHIVE = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  name: 'cifar-10-binary.tar.gz',
  bytes: 170_052_171,
  md5: 'c32a1d4ab5d03f1284b67883e8d87530',
};

/** What `downloadCifar10` takes. */
export interface Cifar10Download extends DownloadContext {
  /**
   * A mirror of the archive. Its content is checked all the same.
   * @default the authors' page
   */
  readonly url?: string;
}

/**
 * Downloads the archive that the data set type `cifar` reads, unless a good one is in the folder already.
 * @throws EmbeddingAnimationError `DownloadFailed`, see `downloadFile`
 */
export function downloadCifar10({
  url = CIFAR10_ARCHIVE.url,
  ...context
}: Cifar10Download): Promise<Download> {
  return downloadFile({ ...CIFAR10_ARCHIVE, url }, context);
}
