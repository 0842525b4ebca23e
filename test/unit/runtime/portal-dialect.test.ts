/** Which portal it is: asked once, remembered from one start to the next, and asked again when that has become doubtful. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Effects } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { domain } from '#drizzle/schema.ts';
import type {
  OpenPortal,
  PortalCalendar,
  PortalDialect,
  PortalServer,
} from '#liferay/portal-calendar.port.ts';
import { learntServer } from '#runtime/portal-dialect.ts';
import { addDomain, openStore, type StoreUnderTest } from '../store/store-under-test.ts';

const DAY_MS = 86_400_000;
const SEVEN: PortalDialect = {
  context: 'calendar',
  version: '7.3.10',
  keepsUid: true,
  hasRowVersion: true,
  companyId: '20097',
};
const SERVER = { url: 'https://portal.example.com', timeoutMs: 1_000 };

let store: StoreUnderTest;
let nowMs: number;
let portalIs: PortalDialect | null;
let probes: number;
let logged: string[];

beforeEach(async () => {
  store = await openStore('file');
  await addDomain(store.db, 'd1');
  nowMs = 1_790_000_000_000;
  portalIs = SEVEN;
  probes = 0;
  logged = [];
});
afterEach(() => store.close());

const openPortal: OpenPortal = () =>
  ({
    probe: async () => {
      probes += 1;
      if (portalIs === null) throw new RemoteFailure(failure('unreachable', 'away'));
      return portalIs;
    },
  }) as Partial<PortalCalendar> as PortalCalendar;

function start(): Promise<PortalServer> {
  const log = (message: string, fields: object = {}) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const effects = {
    clock: { now: () => nowMs },
    log: { debug: log, info: log, warn: log, error: log },
  } as unknown as Effects;
  const credentials = { kind: 'basic', user: 'svc', password: 'pw' } as const;
  return learntServer({ effects, db: store.db, openPortal, server: SERVER, credentials });
}

it('is asked at the first start alone, and told in the log at every start', async () => {
  expect(await start()).toMatchObject({ ...SERVER, dialect: SEVEN });
  expect(await start()).toMatchObject({ dialect: SEVEN });
  expect(probes).toBe(1);
  expect(
    logged.filter((line) => line.includes('Liferay 7.3.10, services calendar, row versions')),
  ).toHaveLength(2);
});

it('is asked again a day later; what a booking showed of UIDs stays', async () => {
  const { relearnt } = await start();
  await relearnt?.({ ...SEVEN, keepsUid: false });
  nowMs += DAY_MS;
  portalIs = { ...SEVEN, version: '7.4.13' };
  expect(await start()).toMatchObject({ dialect: { version: '7.4.13', keepsUid: false } });
  expect(probes).toBe(2);
});

it('what an answer contradicted is remembered as it was learnt anew', async () => {
  const { relearnt } = await start();
  await relearnt?.({ ...SEVEN, context: 'calendar-portlet', version: '6.2 (build 6205)' });
  expect(await start()).toMatchObject({
    dialect: { context: 'calendar-portlet', version: '6.2 (build 6205)' },
  });
  expect(probes).toBe(1);
});

it('what is remembered serves while the portal is away, and without it there is no start', async () => {
  portalIs = null;
  await expect(start()).rejects.toMatchObject({ failure: { reason: 'unreachable' } });
  portalIs = SEVEN;
  await start();
  nowMs += DAY_MS;
  portalIs = null;
  expect(await start()).toMatchObject({ dialect: SEVEN });
});

it.each([
  [
    'an earlier release remembered',
    '{"context":"calendar","keepsUid":true,"hasRowVersion":true,"companyId":"1"}',
  ],
  ['nobody understands', '{"context":7}'],
])('what %s is asked anew', async (_what, dialect) => {
  await store.db.update(domain).set({ dialect });
  expect(await start()).toMatchObject({ dialect: SEVEN });
  expect(probes).toBe(1);
});
