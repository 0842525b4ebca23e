/** Deletion only on evidence: no answer that is empty, filtered, refused or broken deletes anything, on either side. */
import { describe, expect, test } from 'vitest';
import type { FaultKind } from '#test/emulators/exchange/faults.ts';
import { FAULTS, type Fault } from '#test/emulators/liferay/faults.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import { at, HOUR, hourFrom, IDLE, leaveOut, MINUTE, Stage } from './stage.ts';

const TITLES = ['All day', 'From Liferay', 'Single', 'Single 2'];

async function inStep(): Promise<Stage> {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  stage.create({ subject: 'Single', start, end });
  stage.create({ subject: 'Single 2', start, end });
  stage.create({
    subject: 'All day',
    start: at('2026-05-07T00:00'),
    end: at('2026-05-08T00:00'),
    allDay: true,
  });
  stage.book({ title: 'From Liferay', startTime: start, endTime: end + MINUTE });
  await stage.settle();
  return stage;
}

/** Nothing was deleted, nothing made twice, and a change that was made meanwhile has arrived. */
async function expectUnharmed(stage: Stage): Promise<void> {
  expect(stage.titles()).toEqual({ exchange: TITLES, liferay: TITLES });
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: TITLES, liferay: TITLES });
  expect(stage.row('Single').location).toBe('New room');
  expect(stage.item('Single 2').content.location).toBe('New place');
  expect((await stage.history()).map(({ kind }) => kind)).not.toContain('delete');
  expect(await stage.parked()).toEqual([]);
  expect(await stage.traffic()).toMatchObject(IDLE);
  expect(stage.mails).toBe(0);
}

function changeBoth(stage: Stage): void {
  stage.world.exchange.userActs.changeItem(stage.item('Single').id, { location: 'New room' });
  stage.rebook('Single 2', { location: 'New place' });
}

describe('Liferay answers', () => {
  const CASES: Readonly<Record<string, Fault>> = {
    'with empty lists': FAULTS.emptyList,
    'as to a guest': FAULTS.silentGuest,
    'without the details that we may no longer read': FAULTS.permissionFiltered,
    'without anything that we may no longer see': FAULTS.accessLost,
    'that it is forbidden': FAULTS.forbiddenEmpty,
    'with its sign-in page': FAULTS.htmlPage,
    'that the token is no longer valid': FAULTS.expiredToken,
    'that it failed': FAULTS.http500,
    'that it is not available': FAULTS.unavailable,
    'half, since the batch broke off': FAULTS.batchAbort,
    'and the answer gets lost': FAULTS.lostReply,
    'with nothing at all': FAULTS.noConnection,
    'with text that is no JSON': {
      kind: 'answer',
      status: 200,
      body: '{"broken',
      contentType: 'application/json',
    },
    'with an empty body': { kind: 'answer', status: 200, body: '', contentType: 'application/json' },
    'with an empty object': { kind: 'answer', status: 200, body: '{}', contentType: 'application/json' },
    'with an empty list in place of all lists': {
      kind: 'answer',
      status: 200,
      body: '[]',
      contentType: 'application/json',
    },
  };
  test.each(Object.entries(CASES))('%s, once', async (_name, fault) => {
    const stage = await inStep();
    changeBoth(stage);
    stage.world.liferay.faults.next(fault);
    await stage.round();
    await expectUnharmed(stage);
  });

  test.each(Object.entries(CASES))('%s, for a whole day', async (_name, fault) => {
    const stage = await inStep();
    changeBoth(stage);
    stage.world.liferay.faults.next(fault, { times: 1_000_000 });
    for (let part = 0; part < 3; part += 1) await stage.round(8 * HOUR);
    expect(stage.titles()).toEqual({ exchange: TITLES, liferay: TITLES });
    stage.world.liferay.faults.clear();
    await stage.settle();
    await expectUnharmed(stage);
  });
});

describe('Exchange answers', () => {
  const CASES: Readonly<Record<string, FaultKind>> = {
    'that nothing changed': { kind: 'emptySync' },
    'that EWS is blocked by policy': { kind: 'policyBlocked' },
    "with a proxy's page": { kind: 'html' },
    "with a proxy's page and status 502": { kind: 'html', status: 502 },
    'with garbage': { kind: 'garbage' },
    'with half a message': { kind: 'truncated' },
    'with a redirect to an error page': { kind: 'http302' },
    'that the password is wrong': { kind: 'http401' },
    'that impersonation is denied': { kind: 'impersonationDenied' },
    'that the mailbox does not exist': { kind: 'soapFault', code: 'ErrorNonExistentMailbox' },
    'that the folder is not accessible': { kind: 'soapFault', code: 'ErrorAccessDenied' },
    'that the cursor is invalid': { kind: 'invalidSyncState' },
    'with a part of the batch': { kind: 'partialBatch' },
    'that the batch stopped': { kind: 'batchStopped' },
    'and the answer gets lost': { kind: 'lostReply' },
    'that it is busy': { kind: 'serverBusy', backOffMs: 60_000 },
    'that it is not available': { kind: 'http503' },
  };
  const NOT_OF_GRAPH = 'it answers each request of a batch, has no such page and no switch for programs';
  test.for(Object.entries(CASES))('%s, once', async ([_name, fault], { skip }) => {
    const stage = await inStep();
    changeBoth(stage);
    if (!disturb(stage.world, { ...fault })) leaveOut(skip, NOT_OF_GRAPH);
    await stage.round();
    await expectUnharmed(stage);
  });

  // An item that stops its batch again and again is parked like any that fails for ever.
  const LASTING = Object.entries(CASES).filter(([, { kind }]) => kind !== 'batchStopped');
  test.for(LASTING)('%s, again and again', async ([_name, fault], { skip }) => {
    const stage = await inStep();
    changeBoth(stage);
    if (!disturb(stage.world, { ...fault, times: 40 })) leaveOut(skip, NOT_OF_GRAPH);
    for (let part = 0; part < 3; part += 1) await stage.round(8 * HOUR);
    expect(stage.titles()).toEqual({ exchange: TITLES, liferay: TITLES });
    stage.world.exchange.faults.clear();
    stage.world.graph.faults.clear();
    await stage.settle();
    await expectUnharmed(stage);
  });
});

describe('a calendar that is gone', () => {
  test.each(['ErrorSyncFolderNotFound', 'ErrorFolderNotFound'] as const)(
    'in Exchange (%s): the pairing waits with its reason, and nothing is deleted in Liferay',
    async (code) => {
      const stage = await Stage.open({ exchange: { syncOfDeletedFolder: code } });
      const { exchange } = stage.world;
      const folder = exchange.addCalendar(stage.person.address, 'Team');
      await stage.setPairing({ folderId: folder.id });
      exchange.userActs.createItem(folder, { subject: 'Single', ...hourFrom('2026-05-06T09:00') });
      await stage.round();
      const before = stage.inLiferay();
      exchange.store.deleteFolder(folder);
      await stage.settle();
      expect((await stage.pairing()).reason).toBe('folderNotFound');
      expect(stage.inLiferay()).toEqual(before);
      expect(before).toHaveLength(1);
    },
  );

  test('in Liferay, since the permission was taken away: the pairing waits with its reason and heals by itself', async () => {
    const stage = await inStep();
    const { liferay } = stage.world;
    changeBoth(stage);
    liferay.revoke('Administrator', stage.person.calendarId, 'MANAGE_BOOKINGS');
    await stage.settle();
    expect((await stage.pairing()).reason).toBe('portalAccessLost');
    expect(stage.titles()).toEqual({ exchange: TITLES, liferay: TITLES });
    expect(stage.item('Single 2').content.location).toBe('');
    liferay.grant('Administrator', stage.person.calendarId, 'MANAGE_BOOKINGS');
    await stage.settle();
    expect((await stage.pairing()).reason).toBeNull();
    await expectUnharmed(stage);
  });

  test('in Liferay, for one person of two: the other one’s goes on', async () => {
    const stage = await Stage.open({ people: 2 });
    const [one, other] = [stage.of(0), stage.of(1)];
    stage.world.liferay.revoke('Administrator', one.calendarId, 'VIEW_BOOKING_DETAILS');
    for (const person of [one, other])
      stage.create({ subject: 'Single', ...hourFrom('2026-05-06T09:00') }, person);
    await stage.settle();
    expect(stage.titles(other).liferay).toEqual(['Single']);
    expect((await stage.pairing(one)).reason).toBe('portalAccessLost');
    expect((await stage.pairing(other)).reason).toBeNull();
  });
});
