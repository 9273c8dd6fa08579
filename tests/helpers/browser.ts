/** A browser for tests: an installed Chromium or Chrome where there is one, else the one that npm brought. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const INSTALLED_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

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
  const { default: packaged } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await packaged.executablePath(),
    args: [...packaged.args.filter((flag) => !UNSAFE_FLAGS.has(flag)), ...QUIET_FLAGS],
  });
}

async function findInstalledBrowser(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const named = process.env['CHROME_PATH'];
  const candidates = folders.flatMap((folder) => INSTALLED_NAMES.map((name) => join(folder, name)));
  for (const candidate of named === undefined ? candidates : [named, ...candidates]) {
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
