/**
 * A Liferay page and the service behind it, as far as the elements see them: `Liferay.ThemeDisplay` and an OAuth 2
 * client whose `fetch` behaves like Liferay's (parsed JSON, or a rejection with the Response). The service keeps
 * pairings in memory and checks what it is sent with the schemas of the contract.
 */

import * as v from 'valibot';
import { type Ambiguities, AmbiguityDecisions } from '#shared/ambiguities.ts';
import {
  type ApiReason,
  type Copies,
  type ExchangeCalendar,
  type HeldChanges,
  HeldDecision,
  type History,
  type HistoryDetail,
  type HistoryEntry,
  type LiferayCalendar,
  type Me,
  NewLiferayCalendar,
  NewPairing,
  NewSiteCalendar,
  NewSitePairing,
  type Pairing,
  PairingPatch,
  PROPOSAL_KINDS,
  type Preview,
  type ProblemDetails,
  type Proposal,
  StartPairing,
  Undo,
  type UndoPlanned,
  Unpair,
  type Why,
} from '#shared/api.ts';

/** What the service's clock says in the tests. */
export const NOW = Date.UTC(2026, 4, 20, 9, 0, 0);

export const ME: Me = {
  userId: '20123',
  name: 'Anna Berg',
  emailAddress: 'anna@example.com',
  mailbox: 'anna@example.com',
  mailboxReason: null,
  usualWindow: { pastDays: 90, futureDays: 730 },
  administers: null,
};

export const EXCHANGE_CALENDARS: readonly ExchangeCalendar[] = [
  { id: 'AAMk=/cal', name: 'Calendar', isDefault: true, canWrite: true, pairingId: null },
  { id: 'AAMk=/team', name: 'Team', isDefault: false, canWrite: true, pairingId: null },
  { id: 'AAMk=/holidays', name: 'Holidays', isDefault: false, canWrite: false, pairingId: null },
];

export const LIFERAY_CALENDARS: readonly LiferayCalendar[] = [
  {
    id: '301',
    name: 'Anna Berg',
    zone: 'Europe/Rome',
    isDefault: true,
    ownerKind: 'user',
    pairingId: null,
  },
  { id: '302', name: 'Intranet', zone: 'Europe/Rome', isDefault: true, ownerKind: 'site', pairingId: null },
];

export function aPairing(changes: Partial<Pairing> = {}): Pairing {
  return {
    id: 'p1',
    exchangeCalendarName: 'Calendar',
    liferayCalendarName: 'Anna Berg',
    exchangeCalendarId: 'AAMk=/cal',
    liferayCalendarId: '301',
    mailbox: 'anna@example.com',
    direction: 'both',
    policy: 'exchange',
    recycleBin: false,
    details: 'full',
    showPrivate: false,
    participants: false,
    windowPastDays: 90,
    windowFutureDays: 730,
    preview: false,
    paused: false,
    status: 'inStep',
    reason: null,
    reasonDetail: null,
    progress: { done: 412, total: 412 },
    intervalSeconds: 30,
    lastRunAt: NOW - 10_000,
    nextRunAt: NOW + 20_000,
    lastResult: { at: NOW - 180_000, created: 2, updated: 1, deleted: 0, failed: 0, reason: null },
    problems: { parked: 0, held: 0, first: [] },
    ...changes,
  };
}

/** A change of an event's place in Liferay. */
export function anEntry(changes: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    ...{ id: 'c1', at: NOW - 180_000, side: 'liferay', kind: 'update', title: 'Lunch' },
    ...{ fields: [], hasBefore: true, runId: null },
    ...changes,
  };
}

/** A meeting of Liferay to which Exchange would invite. */
export function aMeeting(changes: Partial<Proposal> = {}): Proposal {
  return {
    ...{ linkId: 'm1', kind: 'createExchange', title: 'Board', start: NOW, allDay: false },
    fields: { exchange: [], liferay: [] },
    invitees: ['bert@example.com'],
    reason: null,
    detail: null,
    ...changes,
  };
}

type PreviewChanges = Partial<Omit<Preview, 'counts'>> & { readonly counts?: Partial<Preview['counts']> };

/** A preview with nothing to do, but for what is given. */
export function aPreview({ counts, ...changes }: PreviewChanges = {}): Preview {
  const none = v.parse(v.object(v.entriesFromList(PROPOSAL_KINDS, v.number())), {
    ...Object.fromEntries(PROPOSAL_KINDS.map((kind) => [kind, 0])),
    ...counts,
  });
  const invitations = { meetings: 0, first: [], mark: 'none' };
  return { complete: true, counts: none, invitations, ambiguous: 0, proposals: [], next: null, ...changes };
}

export interface PortalOptions {
  readonly signedIn?: boolean;
  readonly languageId?: string;
}

/** More of the service, which a test puts beside it. Undefined: it knows no such request. */
export interface BelowPortal {
  answer(request: string, body: unknown): unknown;
}

/** Puts the page's globals in place. Each answer of the service is read from the fields at the time of the call. */
export class FakePortal {
  me: Me = ME;
  exchangeCalendars = [...EXCHANGE_CALENDARS];
  liferayCalendars = [...LIFERAY_CALENDARS];
  sites: { id: string; name: string | null }[] = [];
  /** Released for each site; its pairings are those of the portal. */
  mailboxes: string[] = [];
  patterns: string[] = [];
  pairings: Pairing[] = [];
  /** Polls that were answered with 304. */
  unchanged = 0;
  history: History = { entries: [], next: null };
  detail: HistoryDetail | undefined;
  why: Why = { found: [], lastRunAt: NOW };
  readonly undos: Undo[] = [];
  undoAnswer: UndoPlanned = { planned: 1, refused: [], nextRunAt: NOW };
  held: HeldChanges = { held: [], next: null, now: NOW };
  readonly decisions: HeldDecision[] = [];
  preview: Preview = aPreview();
  copies: Copies = { liferay: 0, exchange: 0, meetings: 0 };
  /** How pairings were ended whose copies go. */
  readonly endings: Unpair[] = [];
  ambiguities: Ambiguities = { events: [], next: null };
  readonly toldApart: AmbiguityDecisions['decisions'] = [];
  /** What pairings were started with. */
  readonly starts: StartPairing[] = [];
  /** "GET api/pairings", in order. */
  readonly requests: string[] = [];
  below: BelowPortal | undefined;
  /** What to fail with, by request. */
  readonly #failures = new Map<string, { readonly reason: ApiReason; readonly detail: string }>();
  /** Requests whose next one gets its answer, which is made at once, only after `release`. */
  readonly #toHold = new Set<string>();
  readonly #held = new Map<string, PromiseWithResolvers<void>>();
  /** Each state of the pairings that was seen. */
  readonly #versions: string[] = [];

  constructor({ signedIn = true, languageId = 'en_US' }: PortalOptions = {}) {
    globalThis.Liferay = {
      ThemeDisplay: {
        isSignedIn: () => signedIn,
        getUserId: () => (signedIn ? this.me.userId : '0'),
        getLanguageId: () => languageId,
        getPathContext: () => '',
      },
      OAuth2Client: {
        FromUserAgentApplication: (code) => {
          if (code !== 'exchange-connector-oauth-application-user-agent')
            throw new Error(`no profile ${code}`);
          return { fetch: (path, options) => this.#fetch(path, options) };
        },
      },
    };
  }

  fail(request: string, reason: ApiReason, detail = 'For the log.'): void {
    this.#failures.set(request, { reason, detail });
  }

  recover(request: string): void {
    this.#failures.delete(request);
  }

  hold(request: string): void {
    this.#toHold.add(request);
    this.#held.set(request, Promise.withResolvers());
  }

  release(request: string): void {
    this.#held.get(request)?.resolve();
  }

  count(request: string): number {
    return this.requests.filter((made) => made === request).length;
  }

  async #fetch(path: string, options: RequestInit = {}): Promise<unknown> {
    const request = `${options.method ?? 'GET'} ${path}`;
    this.requests.push(request);
    const failure = this.#failures.get(request);
    if (failure !== undefined) throw problem(failure.reason, failure.detail);
    const body: unknown = typeof options.body === 'string' ? JSON.parse(options.body) : undefined;
    const answer = this.#answer(request.replace(/\?.*/, ''), body, options.headers);
    if (this.#toHold.delete(request)) await this.#held.get(request)?.promise;
    // Liferay's client: whatever is not ok is a rejection.
    if (answer instanceof Response && !answer.ok) throw answer;
    return answer;
  }

  #list(headers: RequestInit['headers']): unknown {
    const state = JSON.stringify(this.pairings);
    if (!this.#versions.includes(state)) this.#versions.push(state);
    const version = `v${this.#versions.indexOf(state)}`;
    const isKnown = new Headers(headers).get('If-None-Match') === `"${version}"`;
    if (isKnown) this.unchanged += 1;
    return isKnown ? new Response(null, { status: 304 }) : { pairings: this.pairings, now: NOW, version };
  }

  #answer(request: string, body: unknown, headers: RequestInit['headers']): unknown {
    const [, id = ''] = /^\w+ api\/(?:sites\/[^/]+\/)?pairings\/([^/]+)/.exec(request) ?? [];
    if (/^GET api\/sites\/[^/]+\/mailboxes\/[^/]+\/exchange-calendars$/.test(request)) {
      return { calendars: this.exchangeCalendars };
    }
    switch (request.replace(/pairings\/[^/]+/, 'pairings/:id').replace(/api\/sites\/[^/]+\//, 'api/')) {
      case 'GET api/mailboxes':
        return {
          mailboxes: this.mailboxes.map((address) => ({ address, name: null, roomList: null })),
          patterns: this.patterns,
        };
      case 'GET api/me':
        return this.me;
      case 'GET api/exchange-calendars':
        return { calendars: this.exchangeCalendars };
      case 'GET api/liferay-calendars':
        return { calendars: this.liferayCalendars };
      case 'POST api/liferay-calendars':
        if (request.includes('/sites/')) return this.#createResource(v.parse(NewSiteCalendar, body));
        return this.#createCalendar(v.parse(NewLiferayCalendar, body));
      case 'GET api/sites':
        return { sites: this.sites };
      case 'GET api/pairings':
        return this.#list(headers);
      case 'POST api/mailbox-request':
        return { state: 'waiting' };
      case 'POST api/pairings':
        return this.#pair(
          v.parse(request.includes('/sites/') ? NewSitePairing : NewPairing, body) as NewPairing,
        );
      case 'PATCH api/pairings/:id':
        return this.#change(decodeURIComponent(id), v.parse(PairingPatch, body));
      case 'DELETE api/pairings/:id':
        this.pairings = this.pairings.filter((pairing) => pairing.id !== decodeURIComponent(id));
        return new Response(null, { status: 204 });
      case 'POST api/pairings/:id/sync':
        return { nextRunAt: NOW };
      case 'GET api/pairings/:id/preview':
        return this.preview;
      case 'GET api/pairings/:id/copies':
        return this.copies;
      case 'POST api/pairings/:id/unpair':
        return this.#end(decodeURIComponent(id), v.parse(Unpair, body));
      case 'GET api/pairings/:id/ambiguities':
        return this.ambiguities;
      case 'POST api/pairings/:id/ambiguities': {
        const { decisions } = v.parse(AmbiguityDecisions, body);
        this.toldApart.push(...decisions);
        return { decided: decisions.length };
      }
      case 'POST api/pairings/:id/start':
        return this.#start(decodeURIComponent(id), v.parse(StartPairing, body));
      case 'GET api/pairings/:id/held':
        return this.held;
      case 'POST api/pairings/:id/held':
        return this.#decide(v.parse(HeldDecision, body));
      case 'GET api/pairings/:id/history':
        return this.history;
      case 'GET api/pairings/:id/why':
        return this.why;
      case 'POST api/pairings/:id/undo':
        this.undos.push(v.parse(Undo, body));
        return this.undoAnswer;
      default:
        if (/^GET api\/pairings\/[^/]+\/history\/./.test(request)) return this.detail ?? problem('notFound');
        if (/^POST api\/pairings\/[^/]+\/problems\/[^/]+\/retry$/.test(request)) return { nextRunAt: NOW };
        return this.#answerBelow(request, body);
    }
  }

  #answerBelow(request: string, body: unknown): unknown {
    const answer = this.below?.answer(request, body);
    if (answer === undefined) throw problem('notFound');
    return answer;
  }

  #createCalendar({ name, zone }: NewLiferayCalendar): LiferayCalendar {
    const calendar: LiferayCalendar = {
      id: '401',
      name,
      zone,
      isDefault: true,
      ownerKind: 'user',
      pairingId: null,
    };
    this.liferayCalendars.push(calendar);
    return calendar;
  }

  #createResource({ mailbox, zone }: NewSiteCalendar): LiferayCalendar {
    const [name = mailbox] = mailbox.split('@');
    const calendar = { id: `r-${name}`, name, zone, isDefault: true, pairingId: null };
    this.liferayCalendars.push({ ...calendar, ownerKind: 'resource' });
    return { ...calendar, ownerKind: 'resource' };
  }

  #end(id: string, how: Unpair) {
    this.endings.push(how);
    const progress = { done: 0, total: how.count };
    this.pairings = this.pairings.map((pairing) =>
      pairing.id === id ? { ...pairing, status: 'unpairing', progress } : pairing,
    );
    return { nextRunAt: NOW };
  }

  #start(id: string, choice: StartPairing) {
    this.starts.push(choice);
    this.pairings = this.pairings.map((pairing) =>
      pairing.id === id ? { ...pairing, preview: false, status: 'starting' } : pairing,
    );
    return { nextRunAt: NOW };
  }

  #decide(decision: HeldDecision) {
    this.decisions.push(decision);
    const { which } = decision;
    const remaining = this.held.held.filter(
      ({ linkId }) => Array.isArray(which) && !which.some((each) => each.linkId === linkId),
    );
    const decided = this.held.held.length - remaining.length;
    this.held = { ...this.held, held: remaining };
    this.pairings = this.pairings.map((pairing) => ({
      ...pairing,
      problems: { ...pairing.problems, held: pairing.problems.held - decided },
    }));
    return { decided, nextRunAt: NOW };
  }

  #pair({ exchangeCalendarId, liferayCalendarId, ...settings }: NewPairing): Pairing {
    const exchange = this.exchangeCalendars.find(({ id }) => id === exchangeCalendarId);
    const liferay = this.liferayCalendars.find(({ id }) => id === liferayCalendarId);
    if (exchange === undefined) throw problem('folderUnknown');
    if (liferay === undefined) throw problem('calendarNotManageable');
    const pairing = aPairing({
      id: `p${this.pairings.length + 1}`,
      exchangeCalendarId,
      liferayCalendarId,
      ...settings,
      exchangeCalendarName: exchange.name,
      liferayCalendarName: liferay.name,
      status: settings.preview ? 'preview' : 'starting',
      progress: { done: 0, total: 0 },
      lastRunAt: null,
      lastResult: null,
    });
    this.pairings.push(pairing);
    return pairing;
  }

  #change(id: string, patch: PairingPatch): Pairing {
    const pairing = this.pairings.find((candidate) => candidate.id === id);
    if (pairing === undefined) throw problem('pairingUnknown');
    const { paused = pairing.paused, ...settings } = patch;
    const status = paused ? 'paused' : pairing.status === 'paused' ? 'inStep' : pairing.status;
    const changed: Pairing = { ...pairing, ...settings, paused, status };
    this.pairings = this.pairings.map((candidate) => (candidate.id === id ? changed : candidate));
    return changed;
  }
}

function problem(reason: ApiReason, detail = 'For the log.'): Response {
  const details: ProblemDetails = {
    type: 'about:blank',
    title: 'Failed',
    status: 409,
    detail,
    reason,
    requestId: 'req-7',
  };
  return Response.json(details, { status: 409, headers: { 'content-type': 'application/problem+json' } });
}
