/** The same application as on Node, inside workerd. What each route does is tested in test/unit/http. */
import { describe, expect, inject, it, vi } from 'vitest';
import { createWorker, createWorkerOn } from './worker-under-test.ts';

const { olderUrl, newerUrl, variables } = inject('surroundings');
const worker = createWorker('routes');
const { token, address, calendarId } = worker.stage;

async function problemOf(response: Response): Promise<unknown[]> {
  const { reason } = (await response.json()) as { reason: string };
  return [response.status, response.headers.get('Content-Type'), reason];
}

describe('the Worker', () => {
  it('is alive, is ready, and describes itself', async () => {
    expect(await (await worker.request('GET', '/health')).json()).toEqual({ alive: true });
    expect(await (await worker.request('GET', '/ready')).json()).toEqual({ ready: true });
    expect(await (await worker.request('GET', '/openapi.json')).json()).toHaveProperty('paths');
  });

  it('knows the bearer of a token of the portal, and what is theirs', async () => {
    const me = await worker.request('GET', '/api/me', { token });
    expect(await me.json()).toMatchObject({ mailbox: address });
    const calendars = await worker.request('GET', '/api/liferay-calendars', { token });
    expect(await calendars.json()).toMatchObject({ calendars: [{ id: calendarId }] });
  });

  it('refuses everybody else', async () => {
    const problem = 'application/problem+json';
    const without = await worker.request('GET', '/api/me');
    expect(await problemOf(without)).toEqual([401, problem, 'tokenMissing']);
    const [head, payload] = token.split('.');
    const forged = await worker.request('GET', '/api/me', { token: `${head}.${payload}.AAAA` });
    expect(await problemOf(forged)).toEqual([401, problem, 'tokenInvalid']);
    const body = { exchangeCalendarId: 'x', liferayCalendarId: '1', direction: 'both' };
    const foreign = await worker.request('POST', '/api/pairings', { token, body });
    expect(foreign.ok).toBe(false);
    expect(worker.sent).toEqual([]);
  });

  it('prepares itself once, not for every request', async () => {
    const fresh = createWorker('routes');
    const imported = vi.spyOn(crypto.subtle, 'importKey');
    await fresh.request('GET', '/health');
    await fresh.request('GET', '/health');
    expect(imported).toHaveBeenCalledTimes(1);
    imported.mockRestore();
  });
});

describe('a Worker that cannot work', () => {
  it('names the variables that are wrong, and no value', async () => {
    const wrong = createWorker('routes', {
      LIBSQL_URL: 'file:connector.db',
      SYNC_INTERVAL_SECONDS: '14',
      SLICE_CALLS: 'many-of-them',
      EXCHANGE_PASSWORD: '',
    });
    const logged = vi.spyOn(console, 'log').mockImplementation(() => {});
    for (const path of ['/health', '/ready', '/api/me']) {
      const response = await wrong.request('GET', path, { token });
      expect(response.status).toBe(503);
      const text = await response.text();
      expect(text).toMatch(/LIBSQL_URL.*SYNC_INTERVAL_SECONDS.*EXCHANGE_PASSWORD.*SLICE_CALLS/);
      expect(text).not.toMatch(/connector\.db|many-of-them/);
    }
    logged.mockClear();
    await wrong.cron();
    expect(String(logged.mock.calls[0])).toContain('SYNC_INTERVAL_SECONDS');
    expect(String(logged.mock.calls)).not.toContain(variables['PORTAL_CLIENT_SECRET']);
    expect(wrong.sent).toEqual([]);
    logged.mockRestore();
  });

  it.each([
    ['has not had its migrations', olderUrl, 'npm run migrate'],
    ['was changed by a newer release', newerUrl, 'newer release'],
  ])('says that the database %s, and leaves it alone', async (_name, url, why) => {
    const logged = vi.spyOn(console, 'log').mockImplementation(() => {});
    const refused = createWorkerOn(url);
    const ready = await refused.request('GET', '/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ ready: false, why: expect.stringContaining(why) });
    expect((await refused.request('GET', '/api/me', { token })).status).toBe(503);
    await refused.cron();
    expect(refused.sent).toEqual([]);
    expect(String(logged.mock.calls)).toContain(why);
    logged.mockRestore();
  });

  it('says that no database answers', async () => {
    const logged = vi.spyOn(console, 'log').mockImplementation(() => {});
    const ready = await createWorkerOn(String(variables['PORTAL_URL'])).request('GET', '/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ ready: false, why: 'The database does not answer.' });
    logged.mockRestore();
  });
});
