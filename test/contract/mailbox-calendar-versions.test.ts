/** Which version of EWS the adapter asks for when nobody says it: found out once, remembered, found out again. */
import { describe, expect, test } from 'vitest';
import { NEUTRAL_EVENT } from '#core/event.ts';
import type { ServerVersion } from '#test/emulators/exchange/switches.ts';
import { memoryServers } from '#test/ews-ports.ts';
import { ANNA, CARLA, type EwsWorld, openEws } from './ews-world.ts';
import { mailboxCalendarContract } from './mailbox-calendar.contract.ts';
import { createOne, defaultFolder } from './mailbox-calendar-world.ts';

const DAY_MS = 86_400_000;
const open = (version: ServerVersion) => openEws({ version, server: { version: null } });

/** Of the requests so far, from the first one or from a given one on. */
function asked({ sent }: EwsWorld, from = 0): readonly string[] {
  return sent
    .slice(from)
    .map(({ body }) => /RequestServerVersion Version="(\w+)"/.exec(body ?? '')?.[1] ?? '');
}

describe('the contract', () => {
  mailboxCalendarContract('with whatever an old server takes', () => open('Exchange2007_SP1'), {
    runs: 10,
    weeksFromSunday: true,
  });
  mailboxCalendarContract('with whatever a new server takes', () => open('Exchange2016'), { runs: 10 });
});

describe('the newest version that the server takes', () => {
  test.each<[ServerVersion, string, number]>([
    ['Exchange2016', 'Exchange2016', 1],
    ['Exchange2013', 'Exchange2013_SP1', 2],
    ['Exchange2010_SP2', 'Exchange2010_SP2', 4],
    ['Exchange2007_SP1', 'Exchange2007_SP1', 7],
  ])('of %s is %s, after so many questions: %i', async (server, version, questions) => {
    const world = await open(server);
    await world.mailbox.listFolders();
    expect(asked(world).indexOf(version)).toBe(questions - 1);
    expect(new Set(asked(world, questions))).toEqual(new Set([version]));
  });

  test('is asked for once, by many mailboxes at the same time and after a start', async () => {
    const servers = memoryServers();
    const world = await openEws({ version: 'Exchange2010_SP2', server: { version: null }, servers });
    await Promise.all([world.mailbox, world.open(CARLA)].map((mailbox) => mailbox.listFolders()));
    expect(asked(world).filter((version) => version === 'Exchange2016')).toHaveLength(1);
    const later = await openEws({ version: 'Exchange2010_SP2', server: { version: null }, servers });
    await later.mailbox.listFolders();
    expect(new Set(asked(later))).toEqual(new Set(['Exchange2010_SP2']));
  });

  test('is not what nobody understands any more: what was remembered may be older than this release', async () => {
    const servers = { get: async () => '{"version":"Exchange1997"}', put: async () => {} };
    const world = await openEws({ server: { version: null }, servers });
    await world.mailbox.listFolders();
    expect(asked(world)[0]).toBe('Exchange2016');
  });

  test('is not asked for where the configuration names one', async () => {
    const world = await openEws({ server: { version: 'Exchange2010_SP2' } });
    await world.mailbox.listFolders();
    expect(new Set(asked(world))).toEqual(new Set(['Exchange2010_SP2']));
    const tooNew = await openEws({ version: 'Exchange2010_SP2', server: { version: 'Exchange2016' } });
    await expect(tooNew.mailbox.listFolders()).rejects.toMatchObject({
      failure: { reason: 'versionRefused' },
    });
    expect(tooNew.sent).toHaveLength(1);
  });

  test('is known also to who may not see the default calendar', async () => {
    const world = await openEws({
      version: 'Exchange2010_SP2',
      accounts: [{ user: 'carla', password: 'c', mailbox: CARLA }],
      server: { version: null, impersonate: false, signIn: { kind: 'basic', user: 'carla', password: 'c' } },
    });
    const folder = world.emulator.mailbox(CARLA).calendar.id;
    expect(await world.mailbox.changes(folder, null)).toMatchObject({ changes: [] });
    expect(asked(world).slice(-2)).toEqual(['Exchange2010_SP2', 'Exchange2010_SP2']);
  });

  test('nothing is learnt from a server that is busy', async () => {
    const world = await open('Exchange2010_SP2');
    world.emulator.faults.inject({ kind: 'serverBusy', backOffMs: 5_000 });
    await expect(world.mailbox.listFolders()).rejects.toMatchObject({ failure: { reason: 'throttled' } });
    expect(await world.mailbox.listFolders()).toHaveLength(1);
  });
});

describe('a server that is another one now', () => {
  test('older: the request is made again in a version that it takes, and once', async () => {
    const world = await open('Exchange2016');
    const folderId = await defaultFolder(world.mailbox);
    world.emulator.upgrade('Exchange2010_SP2');
    await createOne(world.mailbox, folderId, {
      ...NEUTRAL_EVENT,
      time: { kind: 'allDay', start: '2026-12-01', end: '2026-12-02' },
    });
    expect(world.emulator.items(ANNA)).toHaveLength(1);
    expect(asked(world).at(-1)).toBe('Exchange2010_SP2');
  });

  test('newer: the next mailbox asks for more, at most once a day', async () => {
    const world = await open('Exchange2010_SP2');
    const versionsOf = async () => {
      const from = world.sent.length;
      await world.open(ANNA).listFolders();
      return new Set(asked(world, from));
    };
    await versionsOf();
    world.emulator.upgrade('Exchange2016');
    expect(await versionsOf()).toEqual(new Set(['Exchange2010_SP2']));
    world.pass(DAY_MS);
    expect(await versionsOf()).toEqual(new Set(['Exchange2010_SP2']));
    expect(await versionsOf()).toEqual(new Set(['Exchange2016']));
  });

  test('for one mailbox only: the others keep the newer version', async () => {
    const world = await open('Exchange2016');
    world.emulator.mailbox(ANNA).livesOn = 'Exchange2010_SP2';
    await world.mailbox.listFolders();
    expect(asked(world).at(-1)).toBe('Exchange2010_SP2');
    const from = world.sent.length;
    await world.open(ANNA).listFolders();
    expect(new Set(asked(world, from))).toEqual(new Set(['Exchange2010_SP2']));
    await world.open(CARLA).listFolders();
    expect(asked(world).at(-1)).toBe('Exchange2016');
  });
});
