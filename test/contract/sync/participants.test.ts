/**
 * Participants and their answers, listed under the description of a meeting where the pairing says so: they follow
 * Exchange, and what stands there is never taken for a text.
 */
import { describe, expect, test } from 'vitest';
import type { Attendee } from '#test/emulators/exchange/model.ts';
import type { UserItem } from '#test/emulators/exchange/user-acts.ts';
import type { WorldOptions } from '#test/simulation/world.ts';
import { DAY, hourFrom, IDLE, plainText, Stage, type Traffic } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');
const ATTENDEES: readonly Attendee[] = [
  { name: 'Ada', address: 'ada@example.org', role: 'required', response: 'Accept' },
  { name: '', address: 'bob@example.org', role: 'optional', response: 'NoResponseReceived' },
  { name: 'Beamer', address: 'beamer@example.org', role: 'resource', response: 'Decline' },
];
const BOARD = {
  subject: 'Board',
  body: { type: 'Text', text: 'Agenda' },
  start,
  end,
  attendees: ATTENDEES,
} as const satisfies UserItem;
const LIST = [
  '── Participants ──',
  'Person 0: organiser',
  'Ada: accepted',
  'bob@example.org: optional, no answer yet',
  'Beamer: resource, declined',
  '──────────',
].join('\n');

async function listing(options: WorldOptions = {}, ...items: readonly UserItem[]): Promise<Stage> {
  const stage = await Stage.open(options);
  await stage.changeSettings({ participants: true });
  for (const item of items) stage.create(item);
  await stage.settle();
  return stage;
}

function textOf(stage: Stage, title = 'Board'): string {
  const html = Object.values(stage.row(title).descriptions)[0] ?? '';
  // A sanitiser that prints its markup prettily breaks its lines behind each of ours, once more with every edit.
  return plainText(html.replace(/<br \/>\n+/g, '<br />'));
}

const IDLE_FOR_ONE: Partial<Traffic> = IDLE;
const IDLE_FOR_TWO: Partial<Traffic> = { ...IDLE, exchange: { SyncFolderItems: 2 } };

/** A meeting of the first person, to which the second is invited as well; only the first one's calendar lists them. */
async function withInvitation(options: WorldOptions): Promise<Stage> {
  const stage = await Stage.open({ people: 2, ...options });
  await stage.changeSettings({ participants: true });
  const { address } = stage.of(1);
  const second: Attendee = { name: 'Second', address, role: 'required', response: 'NoResponseReceived' };
  const { userActs } = stage.world.exchange;
  const { calendar } = stage.world.exchange.mailbox(stage.person.address);
  userActs.createItem(calendar, { ...BOARD, attendees: [...ATTENDEES, second] });
  await stage.settle();
  return stage;
}

/** Nothing is set aside, the text in Exchange is as it was, nobody got any mail, and there is nothing left to do. */
async function expectRest(stage: Stage, text = 'Agenda'): Promise<void> {
  expect(await stage.parked()).toEqual([]);
  expect(stage.inExchange().map((copy) => copy.text)).toEqual(stage.items().map(() => text));
  expect(stage.world.exchange.outbox).toEqual([]);
  expect(stage.mails).toBe(0);
  expect(await stage.traffic()).toMatchObject(IDLE);
}

type Edit = (html: string) => string;

const LIST_EDITS: readonly [string, Edit][] = [
  ['a line of it', (html) => html.replace(/(Person \d: )organiser/, '$1boss')],
  ['its heading away', (html) => html.replace('── Participants ──', '')],
  ['its heading', (html) => html.replace('Participants', 'Guests')],
  [
    'its heading away, and a line of it',
    (html) => html.replace('── Participants ──', '').replace('bob@example.org', 'Bob'),
  ],
  ['its foot away', (html) => html.replace('──────────', '')],
  ['all of it away', () => 'Agenda'],
];
const TEXT_EDITS: readonly [string, Edit, string][] = [
  ['above the list', (html) => html.replace('Agenda', 'Other agenda'), 'Other agenda'],
  ['below the list', (html) => `${html}<p>See you</p>`, 'Agenda\nSee you'],
  ['behind its foot', (html) => html.replace('</div>', 'See you</div>'), 'Agenda\nSee you'],
  [
    'above the list, and its heading away',
    (html) => html.replace('Agenda', 'Other agenda').replace('── Participants ──', ''),
    'Other agenda',
  ],
];

/** The row is stored with another description, as from the source view of the editor. */
function editText(stage: Stage, edit: Edit): void {
  stage.rebook('Board', { description: edit(Object.values(stage.row('Board').descriptions)[0] ?? '') });
}

/** A meeting of one's own whose invitations were sent. */
async function invited(options: WorldOptions = {}): Promise<Stage> {
  const stage = await Stage.open(options);
  await stage.changeSettings({ participants: true });
  const { userActs } = stage.world.exchange;
  userActs.createItem(stage.world.exchange.mailbox(stage.person.address).calendar, BOARD);
  await stage.settle();
  return stage;
}

/** The first person is invited by the second. */
async function invitedByAnother(options: WorldOptions = {}): Promise<Stage> {
  const stage = await Stage.open({ people: 2, ...options });
  await stage.changeSettings({ participants: true });
  const { exchange } = stage.world;
  const { address } = stage.person;
  const first: Attendee = { name: 'First', address, role: 'required', response: 'NoResponseReceived' };
  const { calendar } = exchange.mailbox(stage.of(1).address);
  exchange.userActs.createItem(calendar, { ...BOARD, attendees: [...ATTENDEES, first] });
  await stage.settle();
  return stage;
}

/** Exchange sent this, our writes in Liferay sent nothing, only this is set aside, and there is nothing left to do. */
async function expectSent(
  stage: Stage,
  kinds: readonly string[],
  idle = IDLE_FOR_ONE,
  setAside: readonly string[] = [],
): Promise<void> {
  expect(stage.world.exchange.outbox.map(({ kind }) => kind)).toEqual(kinds);
  expect(stage.mails).toBe(kinds.length);
  expect(await stage.parked()).toEqual(setAside);
  expect(await stage.traffic()).toMatchObject(idle);
}

describe.each(['patterns', 'antiSamy'] as const)('a portal whose sanitiser works with %s', (sanitizer) => {
  const liferay = { sanitizer };

  test('a meeting shows who is invited and what they answered, under its description', async () => {
    const stage = await listing({ liferay }, BOARD);
    expect(textOf(stage)).toBe(`Agenda\n\n${LIST}`);
    await expectRest(stage);
  });

  test('an answer that arrives in Exchange is shown, and so is whoever is invited or left out', async () => {
    const stage = await withInvitation({ liferay });
    const { userActs, outbox } = stage.world.exchange;
    expect(textOf(stage)).toContain('\nSecond: no answer yet\n');
    userActs.respond(stage.item('Board', stage.of(1)).id, 'Tentative');
    await stage.settle();
    expect(textOf(stage)).toContain('\nSecond: maybe\n');
    const { attendees } = stage.item('Board').content;
    const cy = { name: 'Cy', address: 'cy@example.org', role: 'required', response: 'Unknown' } as const;
    userActs.changeItem(
      stage.item('Board').id,
      { attendees: [...attendees.slice(1), cy] },
      undefined,
      'SendToNone',
    );
    await stage.settle();
    expect(textOf(stage).split('\n').slice(3, -1)).toEqual([
      'Person 0: organiser',
      'Cy',
      'Second: maybe',
      'bob@example.org: optional, no answer yet',
      'Beamer: resource, declined',
    ]);
    expect(outbox.map(({ kind }) => kind)).toEqual(['request', 'response']);
    expect(stage.world.liferay.outbox).toEqual([]);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test.each(LIST_EDITS)(
    'the list of one’s own meeting is edited (%s): it is put back, and nobody hears of it',
    async (_, edit) => {
      const stage = await invited({ liferay });
      const { changeKey } = stage.item('Board');
      editText(stage, edit);
      await stage.settle();
      expect(textOf(stage)).toBe(`Agenda\n\n${LIST}`);
      expect(stage.item('Board')).toMatchObject({ changeKey, content: { body: { text: 'Agenda' } } });
      expect((await stage.history()).map(({ kind }) => kind)).toEqual(['create', 'putBack']);
      await expectSent(stage, ['request']);
    },
  );

  test.each(TEXT_EDITS)(
    'the text of one’s own meeting is edited (%s): it goes to Exchange, and has the list right under it',
    async (_, edit, text) => {
      const stage = await invited({ liferay });
      editText(stage, edit);
      await stage.settle();
      expect(stage.inExchange()).toMatchObject([{ text }]);
      expect(textOf(stage)).toBe(`${text}\n\n${LIST}`);
      await expectSent(stage, ['request', 'update']);
    },
  );

  test.each<[string, Edit]>([...LIST_EDITS, ...TEXT_EDITS].map(([what, edit]) => [what, edit]))(
    'the description of somebody else’s meeting is edited (%s): all is put back',
    async (_, edit) => {
      const stage = await invitedByAnother({ liferay });
      const before = textOf(stage);
      expect(before).toContain('\nPerson 1: organiser\n');
      const keys = stage.world.people.map((person) => stage.item('Board', person).changeKey);
      editText(stage, edit);
      await stage.settle();
      expect(textOf(stage)).toBe(before);
      expect(stage.world.people.map((person) => stage.item('Board', person).changeKey)).toEqual(keys);
      await expectSent(stage, ['request'], IDLE_FOR_TWO);
    },
  );

  test('the row is edited in Liferay’s editor at the moment in which an answer arrives: the answer is shown', async () => {
    const stage = await withInvitation({ liferay });
    const paragraphs = textOf(stage)
      .split('\n')
      .map((line) => `<p>${line}</p>`);
    stage.rebook('Board', { description: paragraphs.join('\n') });
    stage.world.exchange.userActs.respond(stage.item('Board', stage.of(1)).id, 'Decline');
    await stage.settle();
    expect(textOf(stage)).toContain('\nSecond: declined\n');
    expect(textOf(stage).match(/Participants/g)).toHaveLength(1);
    expect(stage.item('Board').content.body.text).toBe('Agenda');
    expect(stage.mails).toBe(2);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('somebody’s own event whose text looks like such a list keeps it, on both sides', async () => {
    const stage = await listing({ liferay }, { ...BOARD, attendees: [], body: { type: 'Text', text: LIST } });
    const booked = hourFrom('2026-05-07T09:00');
    const description = LIST.replaceAll('\n', '<br />');
    stage.book({ title: 'Mine', description, startTime: booked.start, endTime: booked.end });
    await stage.settle();
    expect([textOf(stage), textOf(stage, 'Mine')]).toEqual([LIST, LIST]);
    await expectRest(stage, LIST);
    stage.rebook('Mine', { description: `See:<br />${description}` });
    await stage.settle();
    const mine = stage.inExchange().find(({ title }) => title === 'Mine');
    expect(mine?.text).toBe(`See:\n${LIST}`);
  });
});

test('a series lists them under each of its rows, also under a changed occurrence', async () => {
  const recurrence = {
    pattern: { kind: 'daily', interval: 1 },
    range: { kind: 'numbered', startDay: Math.floor(start / DAY), count: 9 },
  } as const;
  const stage = await listing({}, { ...BOARD, recurrence });
  const { userActs } = stage.world.exchange;
  const { id } = userActs.occurrence(stage.item('Board').id, Math.floor(start / DAY) + 2);
  userActs.changeItem(id, { body: { type: 'Text', text: 'Another agenda' } }, undefined, 'SendToNone');
  await stage.settle();
  expect(
    stage
      .inLiferay()
      .map(({ text }) => text)
      .sort(),
  ).toEqual([`Agenda\n\n${LIST}`, `Another agenda\n\n${LIST}`]);
  await expectRest(stage);
  await stage.changeSettings({ participants: false });
  await stage.settle();
  expect(
    stage
      .inLiferay()
      .map(({ text }) => text)
      .sort(),
  ).toEqual(['Agenda', 'Another agenda']);
  await expectRest(stage);
});

describe('of one’s own meeting', () => {
  test('the text is edited when it is over: it goes to Exchange, and nobody is told', async () => {
    const stage = await invited();
    stage.world.clock.advance(60 * DAY);
    await stage.settle();
    editText(stage, (html) => `${html}<p>Minutes</p>`);
    await stage.settle();
    if (stage.isOverGraph) {
      // Graph would tell everybody.
      return expectSent(stage, ['request'], IDLE_FOR_ONE, ['mailNotSuppressible']);
    }
    expect(stage.inExchange()).toMatchObject([{ text: 'Agenda\nMinutes' }]);
    expect(textOf(stage)).toBe(`Agenda\nMinutes\n\n${LIST}`);
    await expectSent(stage, ['request']);
  });

  test('the list is edited while its text changes in Outlook: that text stands, whoever wins conflicts', async () => {
    const stage = await invited();
    await stage.changeSettings({ policy: 'liferay' });
    editText(stage, (html) => html.replace('Ada: accepted', 'Ada: never'));
    const body = { type: 'Text', text: 'Other agenda' } as const;
    stage.world.exchange.userActs.changeItem(stage.item('Board').id, { body }, undefined, 'SendToNone');
    await stage.settle();
    expect(stage.inExchange()).toMatchObject([{ text: 'Other agenda' }]);
    expect(textOf(stage)).toBe(`Other agenda\n\n${LIST}`);
    await expectSent(stage, ['request']);
  });

  test('the list is edited while it is cancelled in Outlook: it stays cancelled', async () => {
    const stage = await invited();
    editText(stage, (html) => html.replace('Ada: accepted', 'Ada: never'));
    stage.world.exchange.userActs.deleteItem(stage.item('Board').id);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
    await expectSent(stage, ['request', 'cancellation']);
  });

  test('the text ends with empty lines and the list is edited: nobody hears of it', async () => {
    const stage = await invited();
    const body = { type: 'Text', text: 'Agenda\n\n' } as const;
    stage.world.exchange.userActs.changeItem(stage.item('Board').id, { body }, undefined, 'SendToNone');
    await stage.settle();
    const before = textOf(stage);
    editText(stage, (html) => html.replace('Ada: accepted', 'Ada: never'));
    await stage.settle();
    expect(textOf(stage)).toBe(before);
    await expectSent(stage, ['request']);
  });
});

test('an invitation lists the others, and shows what its owner answered as before', async () => {
  const stage = await Stage.open({ people: 2 });
  await stage.changeSettings({ participants: true });
  const organiser = stage.of(1);
  const { address } = stage.person;
  const attendees: Attendee[] = [
    { name: 'First', address, role: 'required', response: 'NoResponseReceived' },
  ];
  const { exchange, liferay } = stage.world;
  const { calendar } = exchange.mailbox(organiser.address);
  exchange.userActs.createItem(calendar, { ...BOARD, attendees });
  await stage.settle();
  expect(textOf(stage)).toContain('Person 1: organiser');
  expect(textOf(stage, 'Board')).not.toBe('Agenda');
  expect(plainText(Object.values(stage.row('Board', organiser).descriptions)[0] ?? '')).toBe('Agenda');
  const { status } = stage.row('Board');
  exchange.userActs.changeItem(stage.item('Board', organiser).id, { body: { type: 'Text', text: 'Other' } });
  await stage.settle();
  expect(stage.row('Board').status).toBe(status);
  expect(textOf(stage)).toMatch(/^Other\n\n── Participants ──\n/);
  expect(exchange.outbox.map(({ kind }) => kind)).toEqual(['request', 'update']);
  expect(liferay.outbox).toEqual([]);
  expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
});

describe('another setting', () => {
  test('the list comes and goes with it, and Exchange is not written', async () => {
    const stage = await Stage.open();
    stage.create(BOARD);
    await stage.settle();
    const { changeKey } = stage.item('Board');
    expect(textOf(stage)).toBe('Agenda');
    await stage.changeSettings({ participants: true });
    await stage.settle();
    expect(textOf(stage)).toBe(`Agenda\n\n${LIST}`);
    await stage.changeSettings({ participants: false });
    await stage.settle();
    expect(textOf(stage)).toBe('Agenda');
    expect(stage.item('Board').changeKey).toBe(changeKey);
    await expectRest(stage);
  });

  test.each(['title', 'busy'] as const)('with details %s nobody is named', async (details) => {
    const stage = await listing({}, BOARD);
    await stage.changeSettings({ details });
    await stage.settle();
    expect(JSON.stringify(stage.rows())).not.toMatch(/Ada|bob|Participants|Agenda/);
    await expectRest(stage);
  });

  test('the service gets another language: each list is in it when its meeting changes, and none is taken for a text', async () => {
    const stage = await listing({}, BOARD);
    stage.engine = { ...stage.engine, settings: { ...stage.engine.settings, language: 'it' } };
    stage.world.exchange.userActs.touchItem(stage.item('Board').id);
    await stage.settle();
    expect(textOf(stage)).toMatch(/^Agenda\n\n── Partecipanti ──\nPerson 0: organizzatore\nAda: accettato\n/);
    await expectRest(stage);
  });
});

describe.each([true, false])('the database is lost (UIDs kept: %s)', (keepsUid) => {
  test('the rows are met again with their lists, and none is taken for a text', async () => {
    const stage = await listing({ liferay: { keepsUid } }, BOARD, {
      ...BOARD,
      ...hourFrom('2026-05-07T09:00'),
    });
    const before = stage.items().map(({ changeKey }) => changeKey);
    await stage.loseDatabase();
    await stage.changeSettings({ participants: true });
    await stage.settle();
    expect(stage.inLiferay().map(({ text }) => text)).toEqual([`Agenda\n\n${LIST}`, `Agenda\n\n${LIST}`]);
    expect(stage.items().map(({ changeKey }) => changeKey)).toEqual(before);
    await expectRest(stage);
  });

  test('and its meeting is gone meanwhile: the row that is left does not bring back the list as a text', async () => {
    const stage = await listing({ liferay: { keepsUid } }, BOARD);
    await stage.loseDatabase();
    await stage.changeSettings({ participants: true });
    stage.world.exchange.userActs.deleteItem(stage.item('Board').id, true, 'SendToNone');
    await stage.settle();
    expect(stage.inExchange().map(({ text }) => text)).toEqual(['Agenda']);
    expect(stage.mails).toBe(0);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });
});

test('a meeting with 290 guests names the first of them', async () => {
  const attendees = Array.from({ length: 290 }, (_, n) => {
    const name = `Guest ${1_000 + n}`;
    return { name, address: `guest${n}@example.org`, role: 'required', response: 'Accept' } as const;
  });
  const stage = await listing({}, { ...BOARD, attendees });
  const lines = textOf(stage).split('\n');
  expect(lines).toHaveLength(56);
  expect(lines.at(-2)).toBe('and 240 more');
  await expectRest(stage);
});
