/** Which mailboxes an administrator has chosen, over pages, and what the service is asked for them. */
import { describe, expect, it } from 'vitest';
import {
  isChosen,
  type MailboxChoice,
  NONE,
  pageToggled,
  requestsFor,
  toggled,
} from '#client-extension/domains/mailboxes/mailbox-choice.ts';

const PAGE = ['a', 'b', 'c'];
const ALL_SEEN: MailboxChoice = new Set(PAGE);
const UNFILTERED = { search: '', state: '', reason: '' } as const;

describe('a choice of mailboxes', () => {
  it('takes one in and out', () => {
    const one = toggled(NONE, 'b', PAGE);
    expect([...one]).toEqual(['b']);
    expect(isChosen(one, 'b')).toBe(true);
    expect(toggled(one, 'b', PAGE)).toEqual(new Set());
  });

  it('of all that fit, with one taken out, is those of the page but that one', () => {
    expect(isChosen('all', 'elsewhere')).toBe(true);
    expect(toggled('all', 'b', PAGE)).toEqual(new Set(['a', 'c']));
  });

  it('takes in a page beside what was chosen on another, and takes the page alone out again', () => {
    const both = pageToggled(new Set(['elsewhere', 'a']), PAGE);
    expect(both).toEqual(new Set(['elsewhere', 'a', 'b', 'c']));
    expect(pageToggled(both, PAGE)).toEqual(new Set(['elsewhere']));
  });

  it.each<[string, MailboxChoice]>([
    ['all of it were chosen by name', ALL_SEEN],
    ['all that fit were chosen', 'all'],
  ])('leaves nothing chosen where %s and the page is taken out', (_, choice) => {
    expect(pageToggled(choice, PAGE)).toEqual(new Set());
  });
});

describe('what the service is asked', () => {
  it('is by name for those that were named, in requests of 500', () => {
    const ids = Array.from({ length: 501 }, (_, n) => `m${n}`);
    expect(requestsFor(new Set(ids), UNFILTERED)).toEqual([{ ids: ids.slice(0, 500) }, { ids: ['m500'] }]);
    expect(requestsFor(NONE, UNFILTERED)).toEqual([]);
  });

  it('is what they fit for all, with no filter that nobody set', () => {
    expect(requestsFor('all', UNFILTERED)).toEqual([{ search: '' }]);
    expect(requestsFor('all', { search: ' room ', state: 'failing', reason: 'mailboxFull' })).toEqual([
      { search: 'room', state: 'failing', reason: 'mailboxFull' },
    ]);
  });
});
