/** What the administrators of a domain take away: files for spreadsheets, and how much was done over time. */
import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { beforeEach, describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import { partsOf, startsOf } from '#http/activity-parts.ts';
import { answerCsv, lineOf } from '#http/csv.ts';
import type { Activity } from '#shared/activity.ts';
import { ADA, createWorld, NOW_MS, tokenOf, type World } from './app-under-test.ts';
import { DORA } from './domains-under-test.ts';

const HOUR_MS = 3_600_000;

let world: World;
beforeEach(async () => {
  world = await createWorld();
  world.users = [ADA, DORA];
  await world.db.update(schema.domain).set({ origin: 'api' });
  await world.db.insert(schema.domainAdministrator).values({ domainId: 'd1', kind: 'user', value: DORA.id });
});

const get = (path: string) => world.call('GET', `/api/domains/d1${path}`, { as: DORA });

/** As RFC 4180 has it: an independent reader of what the service writes. */
function cellsOf(text: string): readonly (readonly string[])[] {
  const records = text.replace(/^\uFEFF/, '').matchAll(/(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,|\r\n)/g);
  const rows: string[][] = [[]];
  for (const [cell] of records) {
    const isLast = cell.endsWith('\r\n');
    const plain = cell.slice(0, isLast ? -2 : -1);
    rows.at(-1)?.push(plain.startsWith('"') ? plain.slice(1, -1).replaceAll('""', '"') : plain);
    if (isLast) rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('a line of a file', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+39 06', "'+39 06"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['＝1', "'＝1"],
    ['=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
    ['a, "b"\r\nc', '"a, ""b""\r\nc"'],
    ['a=b', 'a=b'],
  ])('holds %j as %j, which no spreadsheet calculates', (text, written) => {
    expect(lineOf([text, 7, null, true])).toBe(`${written},7,,true\r\n`);
  });
});

describe('the file of the mailboxes', () => {
  async function add(count: number): Promise<void> {
    const rows = Array.from({ length: count }, (_, n) => ({
      ...{ id: `b${n}`, address: n === 0 ? '=cmd@example.com' : `b${n}@example.com`, ownerId: `${n}` },
      ...({ domainId: 'd1', ownerKind: 'user', intervalSeconds: 60 } as const),
      ...{ nextSyncAt: NOW_MS, createdAt: NOW_MS },
    }));
    for (let n = 0; n < count; n += 500) {
      await world.db.insert(schema.mailbox).values(rows.slice(n, n + 500));
    }
  }

  it('has all that fit, each once, from parts of a thousand, in UTF-8 with a byte order mark', async () => {
    await add(2_345);
    const { headers, text } = await get('/mailboxes.csv?sort=owner&order=descending');
    expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('Content-Disposition')).toBe('attachment; filename="mailboxes.csv"');
    expect(headers.get('Cache-Control')).toBe('no-store');
    const [head, ...rows] = cellsOf(text);
    expect(head?.slice(0, 6)).toEqual(['address', 'ownerKind', 'ownerId', 'pairings', 'state', 'reason']);
    expect(new Set(rows.map(([address]) => address)).size).toBe(2_345);
    expect(rows.at(-1)?.[0]).toBe("'=cmd@example.com");
    expect(rows[0]).toEqual([
      'b999@example.com',
      'user',
      '999',
      '0',
      'paused',
      '',
      '0',
      '60',
      'false',
      '',
      '2026-09-21T14:13:20Z',
    ]);
    expect(cellsOf((await get('/mailboxes.csv?search=b23')).text)).toHaveLength(57);
    expect(cellsOf((await get('/mailboxes.csv?search=nobody')).text)).toHaveLength(1);
  });

  it('begins with the bytes by which Excel knows the encoding', async () => {
    const headers = { Authorization: `Bearer ${await tokenOf(DORA.id)}` };
    const response = await world.app.request('/api/domains/d1/mailboxes.csv', { headers });
    expect([...new Uint8Array(await response.arrayBuffer()).slice(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 0x61]);
  });

  it('breaks off where the database fails on the way, so that it is not taken for all of it', async () => {
    const parts = (async function* () {
      yield [{ address: 'b1@example.com' }];
      throw new Error('away');
    })();
    const columns = { address: ({ address }: { readonly address: string }) => address };
    const app = new Hono().get('/', (c) => answerCsv(c, 'mailboxes', { columns, parts }));
    const response = await app.request('/');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('away');
  });

  it('is refused as a problem, and not as a file, where the query is wrong', async () => {
    expect(await get('/mailboxes.csv?state=odd')).toMatchObject({ status: 400 });
  });
});

describe('the file of the record', () => {
  it('has all of the domain’s, newest first, with the address that somebody acted on', async () => {
    const entry = { userId: DORA.id, action: 'domain.mailboxes.pause', subject: 'd1' };
    await world.db.insert(schema.mailbox).values({
      ...({ id: 'b1', domainId: 'd1', address: 'b1@example.com', ownerKind: 'user', ownerId: '1' } as const),
      ...{ intervalSeconds: 60, nextSyncAt: NOW_MS, createdAt: NOW_MS },
    });
    await world.db.insert(schema.audit).values([
      ...Array.from({ length: 450 }, (_, n) => ({
        ...{ ...entry, id: `a${n}`, at: NOW_MS - n * 1_000, domainId: 'd1' },
      })),
      { ...entry, id: 'mine', at: NOW_MS + 1_000, domainId: 'd1', subject: 'd1/b1' },
      { ...entry, id: 'other', at: NOW_MS, domainId: 'd2', subject: 'd2/b1' },
    ]);
    const [head, first, ...rows] = cellsOf((await get('/audit.csv')).text);
    expect(head).toEqual(['at', 'userId', 'action', 'subject', 'mailbox']);
    expect(first).toEqual(['2026-09-21T14:13:21Z', DORA.id, entry.action, 'd1/b1', 'b1@example.com']);
    expect(rows).toHaveLength(450);
    const { entries } = (await get('/audit')).json as { entries: { mailbox: string | null }[] };
    expect(entries.slice(0, 2).map(({ mailbox }) => mailbox)).toEqual(['b1@example.com', null]);
  });
});

describe('what was done', () => {
  type Counted = Pick<typeof schema.activity.$inferInsert, 'kind' | 'reason' | 'count'>;
  async function count(atMs: number, ...counts: readonly Counted[]): Promise<void> {
    const hour = Math.floor(atMs / HOUR_MS) * HOUR_MS;
    await world.db.insert(schema.activity).values(counts.map((each) => ({ ...each, domainId: 'd1', hour })));
  }
  const shown = async (query = '') => (await get(`/activity${query}`)).json as unknown as Activity;

  it('in the last 24 hours is told hour by hour, the one under way last', async () => {
    await count(NOW_MS, { kind: 'run', count: 3 }, { kind: 'liferay', count: 40 });
    await count(NOW_MS - 23 * HOUR_MS, { kind: 'exchange', count: 2 });
    await count(NOW_MS - 24 * HOUR_MS, { kind: 'exchange', count: 99 });
    const { parts, zone } = await shown();
    expect([parts.length, zone]).toEqual([24, 'UTC']);
    expect(parts.at(-1)).toMatchObject({
      start: Math.floor(NOW_MS / HOUR_MS) * HOUR_MS,
      runs: 3,
      liferay: 40,
    });
    expect(parts[0]).toMatchObject({ exchange: 2 });
    expect(parts.reduce((sum, { exchange }) => sum + exchange, 0)).toBe(2);
  });

  it('tells what failed by reason, the most frequent first', async () => {
    await count(NOW_MS, { kind: 'failedEvent', reason: 'textTooLong', count: 2 });
    await count(NOW_MS, { kind: 'failedRun', reason: 'mailboxFull', count: 1 });
    await count(NOW_MS - HOUR_MS, { kind: 'failedRun', reason: 'mailboxFull', count: 4 });
    const { failures, parts } = await shown();
    expect(failures).toEqual([
      { what: 'run', reason: 'mailboxFull', count: 5 },
      { what: 'event', reason: 'textTooLong', count: 2 },
    ]);
    expect(parts.at(-1)).toMatchObject({ failedRuns: 1, failedEvents: 2 });
  });

  it('in the last 30 days is told by the days of a zone, over a change of the clock too', () => {
    // Half past midnight in Rome is the day before in UTC, and in New York.
    const hour = Date.UTC(2026, 9, 31, 23);
    const rows = [{ domainId: 'd1', hour, kind: 'run', reason: '', count: 5 }] as const;
    const dayOf = (zone: string) => {
      const { parts } = partsOf(rows, startsOf('month', zone, Date.UTC(2026, 10, 10, 12)));
      expect(parts).toHaveLength(30);
      return new Date(parts.find(({ runs }) => runs > 0)?.start ?? 0).toISOString();
    };
    expect(dayOf('Europe/Rome')).toBe('2026-10-31T23:00:00.000Z');
    expect(dayOf('America/New_York')).toBe('2026-10-31T04:00:00.000Z');
    expect(dayOf('Asia/Kolkata')).toBe('2026-10-31T18:30:00.000Z');
  });

  it('is of this domain, and of a zone that there is', async () => {
    const other = {
      ...(await world.db.select().from(schema.domain))[0],
      id: 'd9',
    } as typeof schema.domain.$inferInsert;
    await world.db.insert(schema.domain).values(other);
    await world.db
      .insert(schema.activity)
      .values({ domainId: 'd9', hour: NOW_MS - (NOW_MS % HOUR_MS), kind: 'run', count: 7 });
    expect((await shown()).parts.every(({ runs }) => runs === 0)).toBe(true);
    expect((await get('/activity?zone=Nowhere/There')).json['reason']).toBe('invalidRequest');
    await world.db.delete(schema.domain).where(eq(schema.domain.id, 'd9'));
    expect(await world.db.select().from(schema.activity)).toEqual([]);
  });

  it.each(['Europe/Rome', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia', 'UTC'])(
    'has days that follow each other in %s',
    (zone) => {
      const starts = startsOf('month', zone, Date.UTC(2026, 2, 30));
      const lengths = starts.slice(1).map((start, n) => (start - (starts[n] ?? 0)) / HOUR_MS);
      expect(new Set(lengths.filter((hours) => hours < 23 || hours > 25))).toEqual(new Set());
    },
  );
});
