/**
 * The EWS adapter against the emulated Exchange: the contract for each kind of server that we know of, and what
 * only EWS has. Every request is checked against Microsoft's schema where that is at hand.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { Effects, HttpFetch } from '#core/effects.ts';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { openEwsMailbox } from '#exchange/ews/ews-mailbox.adapter.ts';
import type { MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import { createExchangeEmulator, type ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { Fault } from '#test/emulators/exchange/faults.ts';
import type { ExchangeSwitches, ServerVersion } from '#test/emulators/exchange/switches.ts';
import { loadEwsSchema, SCHEMA_MISSING } from '#test/emulators/schema.ts';
import {
  createOne,
  defaultFolder,
  type MailboxPerson,
  type MailboxWorld,
  mailboxCalendarContract,
  readOne,
} from './mailbox-calendar.contract.ts';

const ANNA = 'anna@example.com';
const SERVER: Omit<MailboxServer, 'version'> = {
  endpoint: 'https://mail.example.com/EWS/Exchange.asmx',
  signIn: { kind: 'basic', user: 'EXAMPLE\\sync', password: 'pässwörd' },
  impersonate: true,
  timeoutMs: 20_000,
};
const NOW = Date.UTC(2026, 10, 22, 12);

const schema = await loadEwsSchema();
let violations: string[] = [];

afterEach(() => {
  const found = violations;
  violations = [];
  expect(found).toEqual([]);
});

if (schema === null) test.skip(`requests are not checked: ${SCHEMA_MISSING}`);

interface EwsWorld extends MailboxWorld {
  readonly emulator: ExchangeEmulator;
}

async function open(
  version: ServerVersion = 'Exchange2016',
  switches: Partial<ExchangeSwitches> = {},
  server: Partial<MailboxServer> = {},
): Promise<EwsWorld> {
  let serial = 0;
  const uuid = () => {
    serial += 1;
    return `00000000-0000-4000-8000-${serial.toString(16).padStart(12, '0')}`;
  };
  const { user, password } = SERVER.signIn;
  const emulator = createExchangeEmulator({
    clock: { now: () => NOW },
    ids: { uuid },
    version,
    switches,
    accounts: [
      { user, password, mayImpersonate: true },
      { user: 'anna', password: 'a', mailbox: ANNA },
    ],
    validate: (xml, direction) => {
      const errors = schema?.validate(xml) ?? [];
      if (direction === 'request') violations.push(...errors);
      return errors;
    },
  });
  emulator.addMailbox({ address: ANNA, displayName: 'Anna', zone: 'W. Europe Standard Time' });
  const effects = effectsOn(emulator);
  const mailbox = openEwsMailbox(effects)({ ...SERVER, version, ...server }, ANNA, 'Europe/Rome');
  return { emulator, mailbox, person: personIn(emulator), mails: () => emulator.outbox.length };
}

function effectsOn(emulator: ExchangeEmulator): Effects {
  const never = () => Promise.reject(new Error('not in this test'));
  const silent = () => undefined;
  const fetch: HttpFetch = (url, { method, headers, body }) =>
    emulator.fetch(new Request(url, { method, headers, body: body ?? null }));
  return {
    fetch,
    clock: { now: () => NOW, monotonic: () => 0, sleep: never },
    timeoutSignal: () => ({ aborted: false, reason: undefined }),
    ids: { uuid: () => '' },
    random: { next: () => 0 },
    seal: { seal: never, open: never },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
}

function personIn(emulator: ExchangeEmulator): MailboxPerson {
  const { calendar } = emulator.mailbox(ANNA);
  const acts = emulator.userActs;
  return {
    createAppointment: (subject) => acts.createItem(calendar, { subject }).id,
    retitle: (id, subject) => acts.changeItem(id, { subject }),
    copy: (id) => acts.copyItem(id).id,
    delete: (id) => void acts.deleteItem(id),
    deleteSecondOccurrence: (id) => {
      const views = acts.calendarView(emulator.mailbox(ANNA), NOW, NOW + 30 * 86_400_000);
      const second = views.filter((view) => view.stored.id === id)[1];
      if (second === undefined) throw new Error('the series has no second occurrence');
      acts.deleteItem(second.id);
    },
    addCalendar: (name, mayWrite) => {
      const folder = emulator.addCalendar(ANNA, name);
      folder.canWrite = mayWrite;
      return folder.id;
    },
    deleteCalendar: (id) => {
      const folder = emulator.mailbox(ANNA).folders.get(id);
      if (folder === undefined) throw new Error('there is no such calendar');
      emulator.store.deleteFolder(folder);
    },
  };
}

describe('the contract', () => {
  mailboxCalendarContract('Exchange 2016', () => open(), { runs: 300 });
  mailboxCalendarContract('Exchange 2013', () => open('Exchange2013'), { runs: 50 });
  mailboxCalendarContract('Exchange 2010', () => open('Exchange2010_SP2'), { runs: 50 });
  mailboxCalendarContract('Exchange 2007', () => open('Exchange2007_SP1'), {
    runs: 50,
    weeksFromSunday: true,
  });
  mailboxCalendarContract(
    'a server that answers as differently as it may',
    () =>
      open('Exchange2016', {
        normalisesSingleLines: false,
        bodyLinesEndInCrLf: true,
        appointmentResponseType: 'Unknown',
        masterIsRecurring: true,
        recurrenceDates: 'offset',
        findLimitWithRestriction: 1,
      }),
    { runs: 100 },
  );
  mailboxCalendarContract(
    'its owner signed in',
    () =>
      open(
        'Exchange2016',
        {},
        { impersonate: false, signIn: { kind: 'basic', user: 'anna', password: 'a' } },
      ),
    { runs: 20 },
  );
});

describe('a server in trouble', () => {
  test.each<[string, Fault, string]>([
    ['busy', { kind: 'serverBusy', backOffMs: 5000 }, 'throttled'],
    ['503', { kind: 'http503', retryAfterSeconds: 5 }, 'throttled'],
    ['401', { kind: 'http401' }, 'signInRefused'],
    ['302 to the error page', { kind: 'http302' }, 'serverError'],
    ['a page of a proxy', { kind: 'html' }, 'notTheService'],
    ['garbage', { kind: 'garbage' }, 'notTheService'],
    ['half an answer', { kind: 'truncated' }, 'badAnswer'],
    ['switched off', { kind: 'policyBlocked' }, 'ewsBlocked'],
    ['no right to impersonate', { kind: 'impersonationDenied' }, 'impersonationDenied'],
    ['a fault', { kind: 'soapFault', code: 'ErrorMailboxStoreUnavailable' }, 'mailboxUnavailable'],
    ['an old sync state', { kind: 'invalidSyncState' }, 'cursorInvalid'],
    ['a lost answer', { kind: 'lostReply' }, 'unreachable'],
  ])('%s', async (_, fault, reason) => {
    const { emulator, mailbox } = await open();
    const folderId = await defaultFolder(mailbox);
    const { cursor } = await mailbox.changes(folderId, null);
    emulator.faults.inject(fault);
    await expect(mailbox.changes(folderId, cursor)).rejects.toMatchObject({ failure: { reason } });
    // It is over: the same question has its answer.
    expect(await mailbox.changes(folderId, cursor)).toMatchObject({ changes: [], more: false });
  });

  test('a create whose answer was lost is found by its stamp', async () => {
    const { emulator, mailbox } = await open();
    const folderId = await defaultFolder(mailbox);
    const event = {
      ...NEUTRAL_EVENT,
      time: { kind: 'allDay', start: '2026-12-01', end: '2026-12-02' },
    } as const;
    emulator.faults.inject({ kind: 'lostReply' });
    const create = mailbox.create(folderId, [{ stamp: 's-1', uid: 'u-1', event, invitations: 'none' }]);
    await expect(create).rejects.toMatchObject({ failure: { reason: 'unreachable' } });
    const [found] = await mailbox.findByStamp(folderId, ['s-1']);
    expect((await readOne(mailbox, found?.id ?? '')).event).toEqual(event);
  });

  test('a batch that the server stopped is read to its end', async () => {
    const { emulator, mailbox, person } = await open();
    const ids = ['a', 'b', 'c'].map((title) => person.createAppointment(title));
    emulator.faults.inject({ kind: 'batchStopped', after: 1, operation: 'GetItem' });
    expect(await mailbox.read(ids)).toMatchObject([
      { kind: 'item' },
      { kind: 'failed', failure: { reason: 'mailboxUnavailable' } },
      { kind: 'item' },
    ]);
  });

  test('one item that the server cannot give does not hide the others', async () => {
    const { emulator, mailbox, person } = await open();
    const [bad, good] = [person.createAppointment('bad'), person.createAppointment('good')];
    emulator.faults.inject({ kind: 'internalErrorOn', itemId: bad, times: 10 });
    expect(await mailbox.read([bad, good])).toMatchObject([{ kind: 'failed', id: bad }, { kind: 'item' }]);
  });
});

describe('what a person in Outlook sees', () => {
  test('an all-day event bounded by midnights of the mailbox', async () => {
    const { emulator, mailbox } = await open();
    const time = { kind: 'allDay', start: '2026-07-01', end: '2026-07-02' } as const;
    await createOne(mailbox, await defaultFolder(mailbox), { ...NEUTRAL_EVENT, time });
    const [stored] = emulator.items(ANNA);
    expect(stored?.content).toMatchObject({
      allDay: true,
      start: Date.UTC(2026, 5, 30, 22),
      end: Date.UTC(2026, 6, 1, 22),
    });
  });

  test('what they made, read as they made it', async () => {
    const { emulator, mailbox } = await open();
    const { calendar } = emulator.mailbox(ANNA);
    const start = Date.UTC(2026, 11, 1, 9);
    const { id } = emulator.userActs.createItem(calendar, {
      subject: 'Lunch & more',
      body: { type: 'HTML', text: '<html><body><p>One &amp; two</p></body></html>' },
      start,
      end: start + 3_600_000,
      showAs: 'NoData',
    });
    const { event } = await readOne(mailbox, id);
    expect(event).toMatchObject({
      title: 'Lunch & more',
      description: expect.stringContaining('One & two'),
      time: { start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z', zone: 'Europe/Berlin' },
      showAs: 'busy',
      organizer: null,
    });
  });
});
