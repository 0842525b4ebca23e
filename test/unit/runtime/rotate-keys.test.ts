/** Changing keys as an administrator does it: three commands, and what each says. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNodeDatabase } from '#runtime/node-database.ts';
import { createSeal } from '#runtime/seal.ts';
import { openAccess, saveDomain } from '#store/domains.ts';
import { domainById } from '#store/sync-rows.ts';
import { temporaryFolder } from '../store/store-under-test.ts';

const ENTRY = fileURLToPath(new URL('../../../edge/runtime/rotate-keys.ts', import.meta.url));
const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const ACCESS = {
  signIn: { kind: 'basic', user: 'svc', password: 'hunter2' },
  impersonate: 'address',
  version: 'Exchange2016',
} as const;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function rotate(sealKeys: string): Promise<{ code: number; out: string; errors: string }> {
  const env = {
    PORTAL_URL: 'http://127.0.0.1:9',
    PORTAL_USER: 'svc',
    PORTAL_PASSWORD: 'hunter2',
    PORTAL_OAUTH_ERC: 'connector-user-agent',
    EXCHANGE_URL: 'http://127.0.0.1:9/EWS/Exchange.asmx',
    EXCHANGE_USER: 'svc',
    EXCHANGE_PASSWORD: 'hunter2',
    SEAL_KEYS: sealKeys,
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [ENTRY], {
      cwd: folder.path,
      env,
    });
    return { code: 0, out: stdout, errors: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, errors: stderr };
  }
}

async function withDatabase<T>(work: (opened: Awaited<ReturnType<typeof openNodeDatabase>>) => Promise<T>) {
  const opened = await openNodeDatabase({ url: `file:${folder.path}/connector.db` });
  try {
    return await work(opened);
  } finally {
    opened.close();
  }
}

describe('npm run rotate-keys', () => {
  beforeEach(() =>
    withDatabase(async ({ db }) => {
      const seal = await createSeal([{ id: 'k1', key: keyOf(1) }]);
      const endpoint = 'https://mail.example.com/EWS/Exchange.asmx';
      const settings = { id: 'default', portal: 'https://portal.example.com', endpoint, access: ACCESS };
      await saveDomain({ db, seal, clock: { now: () => 0 } }, { ...settings, maxConcurrent: 8 });
    }),
  );

  it('seals all with the first key, says so, and the old key is needed no longer', async () => {
    const { code, out, errors } = await rotate(`k2:${keyOf(2)},k1:${keyOf(1)}`);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out).toBe(
      'Sealed anew with key "k2": sign-ins 1, tokens 0. Dropped, since no key opens them: tokens 0.\n',
    );
    const seal = await createSeal([{ id: 'k2', key: keyOf(2) }]);
    const sealed = await withDatabase(
      async ({ db }) => (await domainById(db, 'default'))?.signInSealed ?? '',
    );
    expect(await openAccess(seal, sealed)).toEqual(ACCESS);
  });

  it('ends with 2 and one line for what no key opens', async () => {
    const { code, errors } = await rotate(`k2:${keyOf(2)}`);
    expect(code).toBe(2);
    expect(errors).toMatch(/^SEAL_KEYS: [^\n]*"default" stays as it is\. No seal key "k1"[^\n]*\n$/);
  });

  it('does not touch the database of a service that runs', async () => {
    const { code, errors } = await withDatabase(() => rotate(`k2:${keyOf(2)},k1:${keyOf(1)}`));
    expect(code).toBe(2);
    expect(errors).toMatch(/^LIBSQL_URL: Another process is using [^\n]*stop the other one[^\n]*\n$/);
  });
});
