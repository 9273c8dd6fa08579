/** A browser for tests: an installed Chromium or Chrome where there is one, else the one that npm brought. */
import { access, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';

const INSTALLED_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** Where installers put it that leave PATH alone. */
const INSTALLED_PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** Flags under which a browser starts in a container, without a GPU and without calling anybody. */
const QUIET_FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-swiftshader',
];

/** In one process with everything else, a page that is closed takes the browser with it. */
const UNSAFE_FLAGS = new Set(['--single-process']);

/** Starts a browser without a window. `CHROME_PATH` names one; `CHROME_PATH=npm` asks for the one from npm. */
export async function launchBrowser(): Promise<Browser> {
  const installed = process.env['CHROME_PATH'] === 'npm' ? undefined : await findInstalledBrowser();
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args: QUIET_FLAGS });
  return launchPackagedBrowser();
}

/** The package also holds the few shared libraries and the fonts that a machine with only Node lacks. */
async function launchPackagedBrowser(): Promise<Browser> {
  const { default: packaged, inflate } = await import('@sparticuz/chromium');
  const executablePath = await packaged.executablePath();
  const archives = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '../bin');
  await inflate(join(archives, 'al2023.tar.br'));
  return chromium.launch({
    executablePath,
    args: [...packaged.args.filter((flag) => !UNSAFE_FLAGS.has(flag)), ...QUIET_FLAGS],
    env: {
      ...process.env,
      FONTCONFIG_PATH: process.env['FONTCONFIG_PATH'] ?? join(tmpdir(), 'fonts'),
      LD_LIBRARY_PATH: [join(tmpdir(), 'al2023/lib'), process.env['LD_LIBRARY_PATH']]
        .filter(Boolean)
        .join(':'),
    },
  });
}

async function findInstalledBrowser(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const named = process.env['CHROME_PATH'];
  const onPath = folders.flatMap((folder) => INSTALLED_NAMES.map((name) => join(folder, name)));
  const candidates = [...(named === undefined ? [] : [named]), ...onPath, ...INSTALLED_PLACES];
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
