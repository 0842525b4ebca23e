/**
 * Liferay's routes files: a portal that runs this service as a client extension tells it where it is and which
 * OAuth 2 applications were made for it in two folders with one small file for each key (a config tree). What they
 * say stands in for PORTAL_ variables; a variable that is set goes first.
 *
 * Keys: Liferay, liferay-sample-etc-node and the OAuth2ProviderApplication…ConfigurationFactory classes.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigProblem, Environment } from './config.ts';

export interface RoutesOutcome {
  /** `env` with what the files say added. */
  readonly env: Environment;
  readonly problems: readonly ConfigProblem[];
}

const HEADLESS_CLIENT_ID = '.oauth2.headless.server.client.id';
const HEADLESS_CLIENT_SECRET = '.oauth2.headless.server.client.secret';
const USER_AGENT_CLIENT_ID = '.oauth2.user.agent.client.id';
const SIGN_IN = ['PORTAL_CLIENT_ID', 'PORTAL_CLIENT_SECRET', 'PORTAL_USER', 'PORTAL_PASSWORD'];

/** Reads both folders, as far as they are named in `env`. */
export async function withRoutesFiles(env: Environment): Promise<RoutesOutcome> {
  const problems: ConfigProblem[] = [];
  const extension = await readTree('LIFERAY_ROUTES_CLIENT_EXTENSION', env, problems);
  const dxp = await readTree('LIFERAY_ROUTES_DXP', env, problems);
  const found: Record<string, string> = {};

  const protocol = dxp.get('com.liferay.lxc.dxp.server.protocol') ?? 'https';
  const mainDomain = dxp.get('com.liferay.lxc.dxp.mainDomain') ?? dxp.get('com.liferay.lxc.dxp.main.domain');
  const domains = (dxp.get('com.liferay.lxc.dxp.domains') ?? '').split(/\s+/).filter((each) => each !== '');
  if (mainDomain !== undefined) found['PORTAL_URL'] = `${protocol}://${mainDomain}`;
  if (domains.length > 0) found['PORTAL_ORIGINS'] = domains.map((each) => `${protocol}://${each}`).join(',');

  const userAgent = onlyApplication(extension, USER_AGENT_CLIENT_ID, 'PORTAL_OAUTH_ERC', env, problems);
  if (userAgent !== null) found['PORTAL_OAUTH_ERC'] = userAgent;
  if (!SIGN_IN.some((name) => env[name])) {
    const service = onlyApplication(extension, HEADLESS_CLIENT_ID, 'PORTAL_CLIENT_ID', env, problems);
    if (service !== null) {
      found['PORTAL_CLIENT_ID'] = extension.get(`${service}${HEADLESS_CLIENT_ID}`) ?? '';
      found['PORTAL_CLIENT_SECRET'] = extension.get(`${service}${HEADLESS_CLIENT_SECRET}`) ?? '';
    }
  }
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  return { env: { ...found, ...given }, problems };
}

async function readTree(
  variable: string,
  env: Environment,
  problems: ConfigProblem[],
): Promise<ReadonlyMap<string, string>> {
  const folder = env[variable];
  const tree = new Map<string, string>();
  if (!folder) return tree;
  try {
    for (const name of await readdir(folder)) {
      if (isKey(name)) tree.set(name, (await readFile(join(folder, name), 'utf8')).trim());
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    problems.push({
      variable,
      problem: `the folder cannot be read (${code})`,
      expected: "the folder of Liferay's routes files, or the PORTAL_ variables instead",
    });
  }
  return tree;
}

/** Only what is read here; the folder of a container platform holds links and folders of its own as well. */
function isKey(name: string): boolean {
  return name.startsWith('com.liferay.lxc.dxp.') || name.includes('.oauth2.');
}

/** The external reference code of the one application that has a key with this ending. */
function onlyApplication(
  tree: ReadonlyMap<string, string>,
  ending: string,
  variable: string,
  env: Environment,
  problems: ConfigProblem[],
): string | null {
  if (env[variable]) return null;
  const codes = [...tree.keys()]
    .filter((key) => key.endsWith(ending))
    .map((key) => key.slice(0, -ending.length));
  if (codes.length > 1) {
    problems.push({
      variable,
      problem: `the routes files name several applications: ${codes.sort().join(', ')}`,
      expected: 'this variable set to the one to use',
    });
  }
  return codes.length === 1 ? (codes[0] ?? null) : null;
}
