/** The built elements: how much everybody loads, and what of it is in the zip that `npm run package` writes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { strFromU8, type Unzipped, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../client-extension/package.ts', import.meta.url));
/** What a page may load for somebody who only pairs their own calendars. */
const LIMIT_BYTES = 35_000;
/** Modules that are loaded only when somebody looks at them, and nobody does who is no administrator. */
const OF_ADMINISTRATORS = /^(sites|domains)\./;
/** … when they have something to decide that few people come to. */
const RARE = /^(choices|pairing-why)\./;
const LANGUAGES = /^(en|it)\./;

let folder = '';
let zip: Unzipped = {};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  zip = packaged();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...options: string[]) {
  const env = { ...process.env, SOURCE_DATE_EPOCH: '1790000000' };
  return spawnSync(process.execPath, [PROGRAM, '--out', folder, ...options], { encoding: 'utf8', env });
}

function packaged(): Unzipped {
  const { status, stderr } = run('--service-url', 'https://calendar.example.com');
  expect([status, stderr]).toEqual([0, '']);
  return unzipSync(readFileSync(join(folder, 'exchange-calendar-connector.zip')));
}

function scripts(): readonly { readonly name: string; readonly code: string; readonly gzipped: number }[] {
  return Object.entries(zip)
    .filter(([path]) => path.endsWith('.js'))
    .map(([path, bytes]) => ({
      name: path.replace('static/', ''),
      code: strFromU8(bytes),
      gzipped: gzipSync(bytes).length,
    }));
}

test.each(['en', 'it'])(
  'the scripts of the user’s view in “%s” are at most 35,000 bytes, gzipped',
  (language) => {
    const loaded = scripts().filter(
      ({ name }) =>
        !OF_ADMINISTRATORS.test(name) &&
        !RARE.test(name) &&
        (!LANGUAGES.test(name) || name.startsWith(`${language}.`)),
    );
    expect(loaded.map(({ name }) => name.replace(/\..*/, '')).toSorted()).toEqual(
      [language, 'main', 'shared'].toSorted(),
    );
    expect(loaded.reduce((sum, { gzipped }) => sum + gzipped, 0)).toBeLessThanOrEqual(LIMIT_BYTES);
  },
);

test('the views of administrators and the languages come on demand, and none of them with the page', () => {
  const common = scripts().filter(
    ({ name }) => ![OF_ADMINISTRATORS, RARE, LANGUAGES].some((kind) => kind.test(name)),
  );
  const code = common.map((each) => each.code).join('');
  for (const part of ['sites', 'domains', 'choices', 'pairing-why', 'en', 'it'])
    expect(code).toMatch(new RegExp(`import\\([^)]*/${part}\\.[^)]+\\.js`));
});

test('the zip names one module to Liferay and the service’s address to both applications, and is the same each time', () => {
  const config = strFromU8(
    zip['exchange-calendar-connector.client-extension-config.json'] ?? new Uint8Array(),
  );
  expect(config.match(/"\.serviceAddress": "calendar\.example\.com"/g)).toHaveLength(2);
  expect(config).not.toContain('localhost');
  const main = scripts().find(({ name }) => name.startsWith('main.'))?.name;
  expect(config.match(/"urls=[^"]*"/g)).toEqual([`"urls=${main}"`]);
  expect(Object.keys(zip).filter((path) => /^static\/index\.[^/]+\.css$/.test(path))).toHaveLength(1);
  expect(packaged()).toEqual(zip);
});

test.each([[[]], [['--service-url', 'http://localhost:3001']]])(
  '%j is refused with what is expected',
  (options) => {
    const { status, stderr } = run(...options);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^--service-url: .*\n$/);
  },
);
