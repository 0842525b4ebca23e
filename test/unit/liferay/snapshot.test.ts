/** Snapshots of many calendars: how many requests they cost, and what one bad calendar does to the others. */
import { describe, expect, it } from 'vitest';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import type { PortalCalendar, SnapshotRequest } from '#liferay/portal-calendar.port.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { type Answer, commandsOf, scriptedPortal, USER } from './scripted-portal.ts';

interface Story {
  /** Calendars whose bookings break the batch that they are in, and with what. */
  readonly broken?: Readonly<Record<string, Answer>>;
  /** Calendars that are missing from the list for an action. */
  readonly unmanageable?: readonly string[];
  readonly unreadable?: readonly string[];
  readonly knowsWhitelists?: boolean;
  readonly guestFrom?: number;
  /** The number of the request from which on calendars have other resources than before. */
  readonly restoredFrom?: number;
}

const ROW = {
  calendarBookingId: '1',
  modifiedDate: 1_700_000_000_000,
  mvccVersion: '3',
  status: 0,
  recurrence: '',
  recurringCalendarBookingId: '1',
  parentCalendarBookingId: '1',
};

const name = (number: number): string => String(1000 + number);
const asked = (count: number, expectedRows = 10): SnapshotRequest[] =>
  Array.from({ length: count }, (_, index) => ({
    calendarId: name(index),
    expectedRows,
    detail: 'light',
  }));

/** A portal of 5000 calendars with one row each. */
function open(story: Story = {}) {
  let count = 0;
  const calendars = Array.from({ length: 5000 }, (_, index) => ({
    calendarId: name(index),
    timeZoneId: 'Europe/Rome',
  }));
  const scripted = scriptedPortal((_url, request) => {
    count += 1;
    const commands = commandsOf(request);
    if (story.knowsWhitelists === false && commands.some(([key]) => key.includes('[')))
      return { status: 404 };
    for (const [, { calendarId }] of commands) {
      const broken = story.broken?.[String(calendarId)];
      if (broken !== undefined) return broken;
    }
    return { body: commands.map(([key, parameters]) => result(key, parameters)) };
  });
  const result = (key: string, parameters: Record<string, unknown>): unknown => {
    if (key.endsWith('get-current-user')) {
      const isGuest = count >= (story.guestFrom ?? Number.POSITIVE_INFINITY);
      return isGuest ? { ...USER, userId: '20099', type: 0 } : USER;
    }
    if (key.endsWith('calendar.calendar/search')) {
      const hidden = parameters['actionId'] === 'MANAGE_BOOKINGS' ? story.unmanageable : story.unreadable;
      const among = parameters['calendarResourceIds'] as string[] | null;
      const prefix = count >= (story.restoredFrom ?? Number.POSITIVE_INFINITY) ? '8' : '9';
      return calendars
        .map((calendar) => ({ ...calendar, calendarResourceId: `${prefix}${calendar.calendarId}` }))
        .filter(
          ({ calendarId, calendarResourceId }) =>
            !hidden?.includes(calendarId) && (among === null || among.includes(calendarResourceId)),
        );
    }
    return [{ ...ROW, calendarBookingId: `5${String(parameters['calendarId'])}` }];
  };
  const server = {
    url: 'https://portal.example.com',
    timeoutMs: 10_000,
    dialect: {
      context: 'calendar',
      version: null,
      keepsUid: true,
      hasRowVersion: true,
      companyId: '20097',
    },
  };
  const openPortal = openJsonwsPortal(scripted.effects, memoryTokens());
  const portal: PortalCalendar = openPortal(server, { kind: 'basic', user: 'connector', password: 'x' });
  return { portal, requests: scripted.requests };
}

const kinds = (snapshots: ReadonlyMap<string, { readonly kind: string }>): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of snapshots.values()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

describe('requests', () => {
  it('are one for fifty calendars', async () => {
    const { portal, requests } = open();
    expect(kinds(await portal.snapshot(asked(50)))).toEqual({ rows: 50 });
    expect(requests).toHaveLength(1);
  });

  it('never hold more than fifty calendars or 20,000 rows', async () => {
    const { portal, requests } = open();
    await portal.snapshot(asked(120));
    expect(requests).toHaveLength(3);
    await portal.snapshot(asked(10, 5000));
    expect(requests).toHaveLength(3 + 3);
    await portal.snapshot([...asked(1, 50_000), ...asked(3, 10).slice(1)]);
    expect(requests).toHaveLength(3 + 3 + 2);
  });

  it('ask for the permissions on the calendars at hand only, once their resources are known', async () => {
    const { portal, requests } = open();
    await portal.snapshot(asked(50));
    await portal.snapshot(asked(50));
    const searches = requests.map(
      (request) => commandsOf(request).find(([key]) => key.includes('search'))?.[1]['calendarResourceIds'],
    );
    expect(searches[0]).toBeNull();
    expect(searches[1]).toHaveLength(50);
  });

  it('find calendars whose resource is no longer the one that was seen', async () => {
    const { portal } = open({ restoredFrom: 2 });
    await portal.snapshot(asked(50));
    expect(kinds(await portal.snapshot(asked(50)))).toEqual({ rows: 50 });
  });

  it('are as many where the portal knows no lists of properties, but for the first two', async () => {
    const { portal, requests } = open({ knowsWhitelists: false });
    expect(kinds(await portal.snapshot(asked(50)))).toEqual({ rows: 50 });
    expect(requests).toHaveLength(2);
    expect(kinds(await portal.snapshot(asked(50)))).toEqual({ rows: 50 });
    expect(requests).toHaveLength(4);
    expect(kinds(await portal.snapshot(asked(50)))).toEqual({ rows: 50 });
    expect(requests).toHaveLength(5);
  });
});

describe('one calendar of fifty', () => {
  it.each<[Answer, string]>([
    [{ status: 500 }, 'failed'],
    [{ body: 'cut off [' }, 'failed'],
    [{ status: 403 }, 'accessLost'],
    [{ status: 404 }, 'accessLost'],
  ])('that makes the portal answer %j is alone %s', async (answer, kind) => {
    const { portal, requests } = open({ broken: { '1017': answer } });
    const snapshots = await portal.snapshot(asked(50));
    expect(snapshots.get('1017')?.kind).toBe(kind);
    expect(kinds(snapshots)).toEqual({ rows: 49, [kind]: 1 });
    expect(requests.length).toBeLessThan(20);
  });

  it('that we may no longer manage, or read in detail, is access lost and nothing of it is observed', async () => {
    const { portal } = open({ unmanageable: ['1003'], unreadable: ['1004'] });
    for (let round = 0; round < 2; round += 1) {
      const snapshots = await portal.snapshot(asked(50));
      expect(snapshots.get('1003')).toMatchObject({
        kind: 'accessLost',
        failure: { reason: 'portalAccessLost' },
      });
      expect(snapshots.get('1004')).toMatchObject({
        kind: 'accessLost',
        failure: { reason: 'portalAccessLost' },
      });
      expect(kinds(snapshots)).toEqual({ rows: 48, accessLost: 2 });
    }
  });
});

describe('a portal that', () => {
  it('has many bad calendars is not asked without end, and no calendar is left without an outcome', async () => {
    const broken = Object.fromEntries(asked(50).map(({ calendarId }) => [calendarId, { status: 500 }]));
    const { portal, requests } = open({ broken });
    expect(kinds(await portal.snapshot(asked(50)))).toEqual({ failed: 50 });
    expect(requests.length).toBeLessThan(80);
  });

  it('answers nobody is asked three times at most', async () => {
    const scripted = scriptedPortal(() => ({ status: 403 }));
    const server = { url: 'https://portal.example.com', timeoutMs: 1, dialect: null };
    const credentials = { kind: 'basic', user: 'connector', password: 'x' } as const;
    const portal = openJsonwsPortal(scripted.effects, memoryTokens())(server, credentials);
    await expect(portal.snapshot(asked(50))).rejects.toMatchObject({
      failure: { reason: 'portalForbidsServices' },
    });
    expect(scripted.requests.length).toBeLessThanOrEqual(3);
  });

  it('takes us for a guest is not observed', async () => {
    const { portal } = open({ guestFrom: 1 });
    await expect(portal.snapshot(asked(2))).rejects.toMatchObject({ failure: { reason: 'portalBasicOff' } });
  });

  it('takes us for a guest half-way keeps what was observed before', async () => {
    const { portal } = open({ guestFrom: 2 });
    const snapshots = await portal.snapshot(asked(100));
    expect(kinds(snapshots)).toEqual({ rows: 50, accessLost: 50 });
    expect(snapshots.get('1099')).toMatchObject({ failure: { reason: 'portalBasicOff' } });
  });
});
