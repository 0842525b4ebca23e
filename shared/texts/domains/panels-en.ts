/** English texts of the panels about mailboxes, activity and the record. See panels-dictionary.ts. */
import type { ActedOn, PanelTexts } from './panels-dictionary.ts';

const numbers = new Intl.NumberFormat('en');
const n = (count: number): string => numbers.format(count);
const mailboxes = (count: number): string => `${n(count)} ${count === 1 ? 'mailbox' : 'mailboxes'}`;
const events = (count: number): string => `${n(count)} ${count === 1 ? 'event' : 'events'}`;

const states: PanelTexts['mailboxes']['states'] = {
  active: 'In order',
  failing: 'Failing',
  paused: 'Paused',
};

function whichOf({ address, count, search, state, reason }: ActedOn): string {
  if (address !== null) return address;
  if (count !== null) return mailboxes(count);
  const conditions = [
    search === null ? '' : `address contains “${search}”`,
    state === null ? '' : `state: ${(states as Readonly<Record<string, string>>)[state] ?? state}`,
    reason === null ? '' : `reason: ${reason}`,
  ].filter((condition) => condition !== '');
  return conditions.length === 0
    ? 'all mailboxes'
    : `all mailboxes with these properties: ${conditions.join('; ')}`;
}

export const en: PanelTexts = {
  mailboxes: {
    heading: 'Mailboxes',
    text: 'Mailboxes of this domain that are paired, and how they do.',
    search: 'Search addresses',
    state: 'State',
    anyState: 'All',
    states,
    reason: 'Reason',
    anyReason: 'Any',
    reasonCounted: (title, count) => `${title} (${n(count)})`,
    columns: {
      address: 'Mailbox',
      owner: 'Owner',
      pairings: 'Pairings',
      state: 'State',
      reason: 'Reason',
      interval: 'Interval',
      lastRun: 'Last run',
      nextRun: 'Next run',
    },
    owners: { user: (id) => `User ${id}`, site: (id) => `Site ${id}` },
    never: 'Never',
    due: 'now',
    setAside: (count) => `${events(count)} set aside`,
    ownInterval: (interval) => `${interval}, of its own`,
    empty: 'No mailbox of this domain is paired yet.',
    nothingFound: 'No mailbox matches.',
    shown: (first, last, all) => `${n(first)} to ${n(last)} of ${mailboxes(all)}`,
    previousPage: 'Previous',
    nextPage: 'Next',
    pages: 'Pages of the list of mailboxes',
    select: (address) => `Select ${address}`,
    selectPage: 'Select all on this page',
    selectAll: (count) => `Select all ${n(count)} that match`,
    selected: (count) => `${n(count)} selected`,
    selectNone: 'Clear selection',
    actOn: 'With what is selected',
    actions: {
      sync: 'Sync now',
      pause: 'Pause',
      resume: 'Resume',
      interval: 'Set interval',
      unpair: 'Unpair',
    },
    acted: {
      sync: (count) => `${mailboxes(count)} will be synchronised as soon as possible.`,
      pause: (count) => `${mailboxes(count)} ${count === 1 ? 'is' : 'are'} paused.`,
      resume: (count) => `${mailboxes(count)}: what was paused by administrators goes on.`,
      interval: (count) => `${mailboxes(count)} ${count === 1 ? 'has' : 'have'} the new interval.`,
      unpair: (count) => `${mailboxes(count)} ${count === 1 ? 'is' : 'are'} no longer paired.`,
    },
    unpairing: {
      exchange: (count) =>
        `${mailboxes(count)}: the copies are being removed from Exchange, and then the pairings end.`,
      liferay: (count) =>
        `${mailboxes(count)}: the copies are being removed from Liferay, and then the pairings end.`,
    },
    pauseTitle: 'Pause mailboxes',
    pauseQuestion: (count) =>
      `Pause ${mailboxes(count)}? Nothing of them is synchronised, and runs under way stop, until an administrator resumes them. Nothing is deleted.`,
    intervalTitle: 'Interval of the mailboxes',
    intervalQuestion: (count) => `For ${mailboxes(count)}, in place of what each has now.`,
    unpairTitle: 'Unpair mailboxes',
    unpairQuestion: (count) =>
      count === 1
        ? 'Unpair 1 mailbox? All its pairings end, and its calendars are not kept in step any more. The owner can pair them again.'
        : `Unpair ${mailboxes(count)}? All their pairings end, and their calendars are not kept in step any more. The owners can pair them again.`,
    progressLabel: 'Synchronisation of the mailboxes',
    progress: (done, all) => `${n(done)} of ${n(all)} done`,
    synced: (count) => `${mailboxes(count)} ${count === 1 ? 'has' : 'have'} been looked at.`,
    exportCsv: 'Download as CSV',
    details: 'Details',
    detailsOf: (address) => `Details of ${address}`,
    nothingWrong: 'Nothing keeps this mailbox from being synchronised.',
    attempts: (count) => `${n(count)} ${count === 1 ? 'attempt' : 'attempts'} failed in a row.`,
    push: {
      on: 'Exchange tells at once what changes.',
      waiting: 'Exchange is asked at each interval what has changed.',
    },
    pairings: 'Paired calendars',
    directions: {
      both: (exchange, liferay) => `${exchange} and ${liferay}, both ways`,
      toLiferay: (exchange, liferay) => `${exchange} to ${liferay}, one way`,
    },
    events,
    problems: 'Events that are set aside',
    noProblems: 'None.',
    problem: (count, title) => `${events(count)}: ${title}`,
    runs: 'Last changes and failures',
    noRuns: 'None yet.',
    settings: 'Settings of this mailbox',
    interval: 'Look for changes every',
    intervalText: 'Shorter intervals bring changes sooner, and cost the servers more requests.',
    intervalUsual: 'As the domain says',
    actAs: 'Name towards Exchange',
    actAsText:
      'The user principal name or SID by which Exchange knows the owner, if it is not the address. Leave it empty for the address.',
    save: 'Save',
    saved: (address) => `The settings of ${address} are saved.`,
  },
  activity: {
    heading: 'Activity',
    text: 'What was done for this domain, and what failed. Runs that found nothing to do are not counted.',
    span: 'Time',
    spans: { day: 'Last 24 hours', month: 'Last 30 days' },
    runs: 'Runs',
    changes: 'Changes written',
    failures: 'Failures',
    series: {
      runs: 'Runs with something to do',
      exchange: 'To Exchange',
      liferay: 'To Liferay',
      failedRuns: 'Runs that failed',
      failedEvents: 'Events that failed',
    },
    summary: (total, most, when) => `${n(total)} in all; most, ${n(most)}, at ${when}.`,
    nothing: 'Nothing in this time.',
    figures: 'Figures of the charts',
    time: 'Time',
    failuresByReason: 'Failures by reason',
    failed: {
      run: (count) => `${n(count)} ${count === 1 ? 'run' : 'runs'}`,
      event: (count) => `${n(count)} ${count === 1 ? 'attempt at an event' : 'attempts at events'}`,
    },
  },
  record: {
    heading: 'Record',
    text: 'What administrators did to this domain, newest first.',
    empty: 'Nobody has done anything yet.',
    columns: { at: 'When', who: 'Who', what: 'What' },
    user: (id) => `User ${id}`,
    serviceKey: 'Bearer of the service key',
    more: 'Show more',
    shown: (count) => `${n(count)} ${count === 1 ? 'entry' : 'entries'} shown`,
    exportCsv: 'Download the record as CSV',
    created: 'Created the domain.',
    deleted: 'Deleted the domain.',
    changed: (fields) => `Changed the domain: ${fields}.`,
    fields: {
      name: 'name',
      mailDomains: 'e-mail domains',
      administrators: 'administrators',
      reach: 'server',
      network: 'networks that may be reached',
      signIn: 'sign-in',
      acting: 'how it acts for mailboxes',
      onlineProtocol: 'protocol for Exchange Online',
      addressRule: 'whose an address is',
      intervalSeconds: 'interval',
      maxConcurrent: 'mailboxes at a time',
      state: 'paused or resumed',
    },
    acted: {
      sync: (which) => `Had these synchronised: ${whichOf(which)}.`,
      pause: (which) => `Paused: ${whichOf(which)}.`,
      resume: (which) => `Resumed: ${whichOf(which)}.`,
      unpair: (which) => `Unpaired: ${whichOf(which)}.`,
      interval: (which) => `Set the interval of: ${whichOf(which)}.`,
    },
    tested: (address) =>
      address === null ? 'Tested the connection.' : `Tested the connection to ${address}.`,
    mailboxChanged: (address) =>
      address === null
        ? 'Changed the settings of a mailbox that is gone.'
        : `Changed the settings of ${address}.`,
    released: (added, removed) => `Released mailboxes for sites: ${n(added)} new, ${n(removed)} taken back.`,
    requested: (address) => `Asked for the mailbox ${address}.`,
    approved: (address, who) => `Approved ${address} for ${who}.`,
    refused: (address, who) => `Refused ${address} to ${who}.`,
    other: (action) => `Something else: ${action}`,
  },
};
