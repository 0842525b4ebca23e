/** What the panels of a domain say of rows, and how they draw figures. */
import { describe, expect, it } from 'vitest';
import { whatWasDone, whoDid } from '#client-extension/domains/activity/audit-words.ts';
import { stackOf, topOf } from '#client-extension/domains/activity/bar-chart.ts';
import { durationText, intervalChoices } from '#client-extension/domains/mailboxes/mailbox-words.ts';
import type { AuditEntry } from '#shared/domain-api.ts';
import { en } from '#shared/texts/domains/panels-en.ts';
import { it as italian } from '#shared/texts/domains/panels-it.ts';
import { textsFor } from '#shared/texts/index.ts';

const entry = (action: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ id: '1', at: 0, userId: '20505', action, subject: 'd1', domainId: 'd1', mailbox: null },
  ...changes,
});
const said = (action: string, changes?: Partial<AuditEntry>) =>
  whatWasDone(entry(action, changes), en.record, textsFor('en'));

describe('the record', () => {
  it.each([
    ['domain.create', 'Created the domain.'],
    ['domain.change name', 'Changed the domain: name.'],
    ['domain.change reach signIn state', 'Changed the domain: server, sign-in, and paused or resumed.'],
    ['domain.change novelty', 'Changed the domain: novelty.'],
    ['domain.delete', 'Deleted the domain.'],
    ['domain.mailboxes.sync', 'Had these synchronised: all mailboxes.'],
    ['domain.mailboxes.pause 12', 'Paused: 12 mailboxes.'],
    [
      'domain.mailboxes.resume search=room 1 state=paused reason=mailboxFull',
      'Resumed: all mailboxes with these properties: address contains “room 1”; state: Paused; reason: The mailbox is full.',
    ],
    [
      'domain.mailboxes.pause reason=mailboxFull',
      'Paused: all mailboxes with these properties: reason: The mailbox is full.',
    ],
    [
      'domain.mailboxes.unpair copies=liferay search=room',
      'Unpaired: all mailboxes with these properties: address contains “room”.',
    ],
    ['domain.mailboxes.unpair copies=keep 3', 'Unpaired: 3 mailboxes.'],
    ['domain.mailboxes.interval seconds=900 12', 'Set the interval of: 12 mailboxes.'],
    [
      'domain.mailboxes.interval seconds=usual state=failing',
      'Set the interval of: all mailboxes with these properties: state: Failing.',
    ],
    ['domain.test', 'Tested the connection.'],
    ['domain.releases +3 -1', 'Released mailboxes for sites: 3 new, 1 taken back.'],
    ['something.new', 'Something else: something.new'],
  ])('says %j as %j', (action, sentence) => {
    expect(said(action)).toBe(sentence);
  });

  it('names the mailbox that an act was about, and says so where it is gone', () => {
    const one = { subject: 'd1/m1', mailbox: 'anna@example.com' };
    expect(said('domain.mailboxes.pause', one)).toBe('Paused: anna@example.com.');
    expect(said('domain.mailboxes.pause', { subject: 'd1/m1' })).toBe('Paused: 1 mailbox.');
    expect(said('domain.mailbox.change', one)).toBe('Changed the settings of anna@example.com.');
    expect(said('domain.mailbox.change', { subject: 'd1/m1' })).toBe(
      'Changed the settings of a mailbox that is gone.',
    );
    const of = { subject: '20101/anna@example.com' };
    expect(said('mailbox.approved', of)).toBe('Approved anna@example.com for User 20101.');
    expect(said('mailbox.refused', of)).toBe('Refused anna@example.com to User 20101.');
    expect(said('domain.test write', { subject: 'anna@example.com' })).toBe(
      'Tested the connection to anna@example.com.',
    );
    expect(said('mailbox.request', { subject: 'anna@example.com' })).toBe(
      'Asked for the mailbox anna@example.com.',
    );
  });

  it('says it in Italian alike, and who it was', () => {
    const done = whatWasDone(entry('domain.mailboxes.sync state=failing'), italian.record, textsFor('it'));
    expect(done).toBe('Ha fatto sincronizzare: tutte le caselle con queste proprietà: stato: Con errori.');
    expect(whoDid('20505', italian.record)).toBe('Utente 20505');
    expect(whoDid('service-key', en.record)).toBe('Bearer of the service key');
  });
});

describe('an interval', () => {
  it.each([
    [30, '30 seconds'],
    [60, '1 minute'],
    [90, '90 seconds'],
    [3_600, '1 hour'],
    [86_400, '1 day'],
  ])('of %d seconds reads %j', (seconds, text) => {
    expect(durationText(seconds, 'en')).toBe(text);
  });

  it('that somebody chose elsewhere is among the choices', () => {
    expect(intervalChoices(45)).toContain(45);
    expect(intervalChoices(60)).toEqual([...new Set(intervalChoices(60))].toSorted((a, b) => a - b));
  });
});

describe('a chart', () => {
  const bars = (...values: number[]) => values.map((value) => ({ label: '', values: [value] }));

  it.each([
    [[0], 1],
    [[1], 1],
    [[3, 2], 5],
    [[10], 10],
    [[11], 20],
    [[999], 1_000],
    [[4_200], 5_000],
  ])('of %j ends at %d', (values, top) => {
    expect(topOf(bars(...values))).toBe(top);
  });

  it('shows all that is there, one kind on the other, and nothing where nothing is', () => {
    expect(stackOf([25, 50], 100)).toEqual([
      { y: 75, height: 25 },
      { y: 25, height: 50 },
    ]);
    expect(stackOf([1, 0], 10_000)).toEqual([
      { y: 98, height: 2 },
      { y: 98, height: 0 },
    ]);
  });
});
