/**
 * Finds a Chromium for the browser tests: CHROMIUM_PATH, else the one that comes with @sparticuz/chromium (Linux
 * x64, needs libnss3, libnspr4 and libexpat1).
 */
import { spawnSync } from 'node:child_process';
import chromium from '@sparticuz/chromium';

export type Chromium = { readonly executablePath: string } | { readonly missing: string };

/** The package's own arguments switch off web security; these do not. */
export const CHROMIUM_ARGUMENTS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * Asks the program for its version, which fails like a real start when a library is missing.
 * @throws when there is none and REQUIRE_BROWSER=1 says that there has to be.
 */
export async function findChromium(): Promise<Chromium> {
  const found = await look();
  if ('missing' in found && process.env['REQUIRE_BROWSER'] === '1') {
    throw new Error(`REQUIRE_BROWSER=1, but no browser starts: ${found.missing}`);
  }
  return found;
}

async function look(): Promise<Chromium> {
  let executablePath: string;
  try {
    executablePath = process.env['CHROMIUM_PATH'] ?? (await chromium.executablePath());
  } catch (error) {
    return { missing: String(error) };
  }
  const { status, error, stderr } = spawnSync(executablePath, ['--version'], { encoding: 'utf8' });
  if (status === 0) return { executablePath };
  return { missing: `${executablePath}: ${error?.message ?? stderr.trim()}` };
}
