/** What Liferay's routes files say in place of PORTAL_ variables. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withRoutesFiles } from '#runtime/routes-files.ts';
import { temporaryFolder } from '../store/store-under-test.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let env: { LIFERAY_ROUTES_CLIENT_EXTENSION: string; LIFERAY_ROUTES_DXP: string };

beforeEach(async () => {
  folder = await temporaryFolder();
  env = {
    LIFERAY_ROUTES_CLIENT_EXTENSION: join(folder.path, 'extension'),
    LIFERAY_ROUTES_DXP: join(folder.path, 'dxp'),
  };
  await mkdir(env.LIFERAY_ROUTES_CLIENT_EXTENSION);
  // What a container platform puts beside the files.
  await mkdir(join(env.LIFERAY_ROUTES_CLIENT_EXTENSION, '..data-1'));
  await mkdir(env.LIFERAY_ROUTES_DXP);
  await tell('dxp', 'com.liferay.lxc.dxp.mainDomain', 'portal.example.com\n');
  await tell('dxp', 'com.liferay.lxc.dxp.server.protocol', 'https');
  await tell('dxp', 'com.liferay.lxc.dxp.domains', 'portal.example.com\nintranet.example.com');
  await tell('extension', 'browser-app.oauth2.user.agent.client.id', 'id-browser');
  await tell('extension', 'service-app.oauth2.headless.server.client.id', 'id-service');
  await tell('extension', 'service-app.oauth2.headless.server.client.secret', 'secret-service');
});
afterEach(() => folder.remove());

const tell = (tree: string, key: string, value: string) => writeFile(join(folder.path, tree, key), value);

describe("Liferay's routes files", () => {
  it('stand in for the PORTAL_ variables', async () => {
    expect(await withRoutesFiles(env)).toEqual({
      env: {
        ...env,
        PORTAL_URL: 'https://portal.example.com',
        PORTAL_ORIGINS: 'https://portal.example.com,https://intranet.example.com',
        PORTAL_OAUTH_ERC: 'browser-app',
        PORTAL_CLIENT_ID: 'id-service',
        PORTAL_CLIENT_SECRET: 'secret-service',
      },
      problems: [],
    });
  });

  it('come after a variable that is set, and an empty one is not set', async () => {
    const outcome = await withRoutesFiles({
      ...env,
      PORTAL_URL: 'https://other.example.com',
      PORTAL_OAUTH_ERC: '',
      PORTAL_USER: 'svc',
    });
    expect(outcome.env).toMatchObject({
      PORTAL_URL: 'https://other.example.com',
      PORTAL_OAUTH_ERC: 'browser-app',
      PORTAL_USER: 'svc',
    });
    expect(outcome.env['PORTAL_CLIENT_ID']).toBeUndefined();
  });

  it('do not decide between several applications', async () => {
    await tell('extension', 'another-app.oauth2.user.agent.client.id', 'id-another');
    const { problems } = await withRoutesFiles(env);
    expect(problems).toEqual([
      {
        variable: 'PORTAL_OAUTH_ERC',
        problem: 'the routes files name several applications: another-app, browser-app',
        expected: 'this variable set to the one to use',
      },
    ]);
    expect((await withRoutesFiles({ ...env, PORTAL_OAUTH_ERC: 'browser-app' })).problems).toEqual([]);
  });

  it('are a problem when their folder is not there, and nothing when none is named', async () => {
    const { problems } = await withRoutesFiles({ ...env, LIFERAY_ROUTES_DXP: join(folder.path, 'nowhere') });
    expect(problems).toMatchObject([
      { variable: 'LIFERAY_ROUTES_DXP', problem: expect.stringMatching(/ENOENT/) },
    ]);
    expect(await withRoutesFiles({ PORT: '1' })).toEqual({ env: { PORT: '1' }, problems: [] });
  });
});
