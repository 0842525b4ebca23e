/**
 * An example for every answer and every body that /openapi.json describes: what a person and a room look like in the
 * service's words. The compiler holds them to the schemas, and a test that no operation is without.
 */
import type * as v from 'valibot';
import * as ambiguities from '#shared/ambiguities.ts';
import * as api from '#shared/api.ts';
import { DoctorRequest } from '#shared/doctor.ts';
import type * as domains from '#shared/domain-api.ts';
import * as requests from '#shared/domain-requests.ts';
import type { SCHEMAS } from './openapi.ts';

/** 2026-05-20T09:00Z. */
const AT = 1_779_267_600_000;
const HOUR = 3_600_000;
const NO_FIELDS = { exchange: [], liferay: [] };

const pairing: api.Pairing = {
  id: '6f1c2f3e-5f0a-4f57-9f7f-0c2f8a4d1b11',
  exchangeCalendarName: 'Calendar',
  liferayCalendarName: 'Ada Lovelace',
  exchangeCalendarId: 'AAMkAGI2TG93AAA=',
  liferayCalendarId: '40001',
  mailbox: 'ada@example.com',
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
  lastRunAt: AT,
  nextRunAt: AT + 30_000,
  lastResult: { at: AT, created: 2, updated: 1, deleted: 0, failed: 0, reason: null },
  problems: {
    parked: 1,
    held: 0,
    first: [
      { linkId: 'l-7', title: 'Payday', reason: 'recurrenceNotExpressible', detail: null, since: AT - HOUR },
    ],
  },
};
const liferayCalendar = {
  id: '40001',
  name: 'Ada Lovelace',
  zone: 'Europe/Rome',
  isDefault: true,
  ownerKind: 'user',
  pairingId: pairing.id,
} as const;
const proposal: api.Proposal = {
  linkId: 'l-1',
  kind: 'createExchange',
  title: 'Board',
  start: AT,
  allDay: false,
  fields: { exchange: [], liferay: [] },
  invitees: ['bob@example.com'],
  reason: null,
  detail: null,
};
const candidate = {
  linkId: 'l-3',
  title: 'Jour fixe',
  start: AT,
  allDay: false,
  location: 'Room 2',
  description: 'First agenda',
};
const entry: api.HistoryEntry = {
  id: 'c-1',
  at: AT,
  side: 'liferay',
  kind: 'update',
  title: 'Board',
  fields: ['location'],
  hasBefore: true,
  runId: 'r-1',
};
const image: api.EventImage = {
  title: 'Board',
  description: '',
  location: 'Room 1',
  time: { kind: 'timed', start: '2026-05-20T09:00:00Z', end: '2026-05-20T10:00:00Z', zone: 'Europe/Rome' },
};
const domain: domains.Domain = {
  id: 'd-1',
  name: 'Headquarters',
  origin: 'api',
  state: 'active',
  mailDomains: ['example.com'],
  administrators: [{ kind: 'role', value: 'Exchange Team' }],
  reach: { kind: 'autodiscover', releasedHosts: ['example.com'], prefer: 'external' },
  network: 'public',
  signInKind: 'basic',
  acting: 'address',
  onlineProtocol: 'graph',
  addressRule: 'trustPortal',
  intervalSeconds: null,
  maxConcurrent: 8,
  mailboxes: 120,
  server: 'mail.example.com',
  reason: null,
  reasonDetail: null,
  retryAt: null,
};
const held = { linkId: 'l-2', kind: 'delete', side: 'liferay' } as const;
const release = { siteId: '20121', kind: 'pattern', value: 'room-*@example.com' } as const;
const room = 'room-1@example.com';

const domainMailbox: domains.DomainMailbox = {
  id: 'm-1',
  address: 'ada@example.com',
  ownerKind: 'user',
  ownerId: '20123',
  state: 'active',
  reason: null,
  pairings: 1,
  setAside: 1,
  intervalSeconds: 30,
  hasOwnInterval: false,
  lastRunAt: AT,
  nextRunAt: AT + 30_000,
};

/** Of every schema that the document names. */
export const ANSWERS: {
  readonly [Name in keyof typeof SCHEMAS]: v.InferOutput<(typeof SCHEMAS)[Name]>;
} = {
  Me: {
    userId: '20123',
    name: 'Ada Lovelace',
    emailAddress: 'ada@example.com',
    mailbox: 'ada@example.com',
    mailboxReason: null,
    administers: 'domains',
    usualWindow: { pastDays: 90, futureDays: 730 },
  },
  ExchangeCalendars: {
    calendars: [
      { id: 'AAMkAGI2TG93AAA=', name: 'Calendar', isDefault: true, canWrite: true, pairingId: pairing.id },
    ],
  },
  LiferayCalendar: liferayCalendar,
  LiferayCalendars: { calendars: [liferayCalendar] },
  Sites: { sites: [{ id: '20121', name: 'Headquarters' }] },
  SiteMailboxes: {
    mailboxes: [{ address: room, name: 'Great Hall', roomList: 'rooms@example.com' }],
    patterns: [release.value],
  },
  Pairing: pairing,
  Pairings: { pairings: [pairing], now: AT, version: '7d865e959b2466918c9863afca942d0f' },
  ServicePairings: { pairings: [pairing], next: null, now: AT },
  Portal: {
    url: 'https://portal.example.com',
    version: '7.4.13',
    services: 'calendar',
    rowVersions: true,
    keepsUids: true,
    learntAt: AT,
  },
  Problems: { problems: pairing.problems.first, next: null },
  HeldChanges: {
    held: [{ ...held, title: 'Board', since: AT, decision: 'waiting' }],
    next: null,
    now: AT,
  },
  HeldDecided: { decided: 1, nextRunAt: AT },
  Preview: {
    complete: true,
    counts: {
      link: 12,
      createExchange: 1,
      createLiferay: 30,
      updateExchange: 0,
      updateLiferay: 0,
      deleteExchange: 0,
      deleteLiferay: 0,
      leaveAlone: 0,
      outside: 4,
      held: 0,
      setAside: 3,
    },
    invitations: { meetings: 1, first: [proposal], mark: '9f86d081884c7d65' },
    ambiguous: 3,
    proposals: [proposal, { ...proposal, linkId: 'l-4', kind: 'link', invitees: [], fields: NO_FIELDS }],
    next: null,
  },
  Copies: { liferay: 400, exchange: 12, meetings: 2 },
  Ambiguities: {
    events: [
      {
        ...candidate,
        linkId: 'l-2',
        location: 'Room 1',
        side: 'exchange',
        candidates: [candidate],
        choice: 'link',
        chosen: candidate.linkId,
      },
    ],
    next: null,
  },
  AmbiguitiesDecided: { decided: 1 },
  History: { entries: [entry], next: null },
  HistoryDetail: { ...entry, before: image, after: { ...image, location: 'Room 2' } },
  UndoPlanned: { planned: 1, refused: [{ changeId: 'c-2', reason: 'undoMailSent' }], nextRunAt: AT },
  Why: {
    found: [
      {
        title: 'Payday',
        start: AT,
        verdict: 'setAside',
        reason: 'recurrenceNotExpressible',
        detail: null,
        at: null,
      },
    ],
    lastRunAt: AT,
  },
  SyncAccepted: { nextRunAt: AT },
  Domain: domain,
  Domains: { domains: [domain] },
  Releases: { releases: [{ ...release, origin: 'api' }] },
  RoomLists: { roomLists: [{ address: 'rooms@example.com', name: 'Rooms of the headquarters' }] },
  RoomListsRead: { roomLists: [{ address: 'rooms@example.com', rooms: 14 }] },
  DomainMailboxes: {
    mailboxes: [domainMailbox],
    next: null,
    matching: 1,
    reasons: [{ reason: 'mailboxFull', mailboxes: 2 }],
    pending: null,
    now: AT,
  },
  DomainMailboxDetail: {
    mailbox: domainMailbox,
    reasonDetail: null,
    attempts: 0,
    actAs: null,
    push: { state: 'on', kind: 'graph', heardAt: AT, nextAt: AT, reason: null, reasonDetail: null },
    pairings: [
      {
        id: pairing.id,
        exchangeCalendarName: 'Calendar',
        liferayCalendarName: 'Ada Lovelace',
        direction: 'both',
        status: 'inStep',
        paused: false,
        reason: null,
        events: 412,
        setAside: 1,
        held: 0,
      },
    ],
    problems: [{ reason: 'recurrenceNotExpressible', events: 1 }],
    runs: [{ at: AT, created: 2, updated: 1, deleted: 0, failed: 0, reason: null }],
  },
  DomainMailboxesActed: { mailboxes: 12, at: AT },
  Activity: {
    span: 'day',
    zone: 'Europe/Rome',
    parts: [{ start: AT, runs: 12, exchange: 3, liferay: 41, failedRuns: 1, failedEvents: 0 }],
    failures: [{ what: 'run', reason: 'mailboxUnavailable', count: 1 }],
  },
  MailboxRequests: {
    requests: [
      {
        userId: '20123',
        userName: 'Ada Lovelace',
        address: 'ada@example.com',
        state: 'waiting',
        askedAt: AT,
        decidedAt: null,
        decidedBy: null,
      },
    ],
  },
  MailboxRequested: { state: 'waiting' },
  Audit: {
    entries: [
      {
        id: 'a-1',
        at: AT,
        userId: '20123',
        action: 'domain.mailboxes.pause',
        subject: 'd-1/m-1',
        domainId: 'd-1',
        mailbox: 'ada@example.com',
      },
    ],
    next: null,
  },
  DoctorReport: {
    healthy: true,
    steps: [],
  },
  DoctorLine: { healthy: true },
  ProblemDetails: {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'There is no such pairing.',
    reason: 'pairingUnknown',
    requestId: '0d7f0d5c-33a1-4a39-9a4b-9d1f4b8cfb2d',
  },
  Health: { alive: true },
  Readiness: { ready: true },
};

/** A body, held to the schema by which the route checks it. */
function body<const S extends v.GenericSchema>(schema: S, example: v.InferInput<S>) {
  return { schema, example };
}

const newPairing = {
  exchangeCalendarId: pairing.exchangeCalendarId,
  liferayCalendarId: pairing.liferayCalendarId,
  direction: 'both',
  preview: true,
} as const;

/** By method and path; of what a user, a site and the service key have alike, by what stands below `/pairings`. */
export const BODIES = {
  'POST /api/liferay-calendars': body(api.NewLiferayCalendar, { name: 'Ada Lovelace', zone: 'Europe/Rome' }),
  'POST /api/pairings': body(api.NewPairing, newPairing),
  'POST /api/sites/{siteId}/pairings': body(api.NewSitePairing, { ...newPairing, mailbox: room }),
  'POST /api/sites/{siteId}/liferay-calendars': body(api.NewSiteCalendar, {
    mailbox: room,
    zone: 'Europe/Rome',
  }),
  'POST /service/pairings': body(api.NewServicePairing, {
    mailbox: 'ada@example.com',
    liferayCalendar: 'Ada Lovelace',
  }),
  'PATCH /pairings/{id}': body(api.PairingPatch, { direction: 'toLiferay', details: 'title' }),
  'POST /pairings/{id}/ambiguities': body(ambiguities.AmbiguityDecisions, {
    decisions: [
      { linkId: 'l-2', choice: 'link', with: candidate.linkId },
      { linkId: 'l-5', choice: 'leaveOut' },
    ],
  }),
  'POST /pairings/{id}/start': body(api.StartPairing, { invitations: 'leave' }),
  'POST /pairings/{id}/unpair': body(api.Unpair, { copies: 'liferay', count: 400 }),
  'POST /pairings/{id}/held': body(api.HeldDecision, { decision: 'approve', which: [held] }),
  'POST /pairings/{id}/undo': body(api.Undo, { changeIds: [entry.id] }),
  'POST /api/domains': body(requests.NewDomain, {
    name: domain.name,
    mailDomains: domain.mailDomains,
    reach: { kind: 'autodiscover', releasedHosts: ['example.com'] },
    signIn: { kind: 'basic', user: 'EXAMPLE\\svc-calendar', password: '…' },
  }),
  'PATCH /api/domains/{domainId}': body(requests.DomainPatch, { intervalSeconds: 60 }),
  'POST /api/domains/{domainId}/mailboxes': body(requests.DomainMailboxAction, {
    action: 'pause',
    which: { search: '' },
  }),
  'POST /api/domains/{domainId}/mailboxes/copies': body(requests.DomainMailboxesNamed, {
    which: { ids: ['m-1'] },
  }),
  'PATCH /api/domains/{domainId}/mailboxes/{mailboxId}': body(requests.DomainMailboxPatch, {
    intervalSeconds: 300,
  }),
  'PATCH /api/domains/{domainId}/releases': body(requests.ReleasesPatch, { add: [release] }),
  'POST /api/domains/{domainId}/requests': body(requests.MailboxDecision, {
    userId: '20123',
    address: 'ada@example.com',
    decision: 'approved',
  }),
  'POST /api/domains/{domainId}/doctor': body(DoctorRequest, { mailbox: 'ada@example.com' }),
  'POST /service/domains/{domainId}/doctor': body(DoctorRequest, { mailbox: 'ada@example.com', write: true }),
} as const;

/** What is no JSON, by its media type. */
const FILES: Readonly<Record<string, string>> = {
  'text/xml':
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><SendNotificationResult xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><SubscriptionStatus>OK</SubscriptionStatus></SendNotificationResult></s:Body></s:Envelope>',
  'text/plain': '# TYPE calendar_connector_mailboxes gauge\ncalendar_connector_mailboxes 120\n',
  'text/csv': 'id,address,state\r\nm-1,ada@example.com,active\r\n',
};

interface Media {
  schema?: { $ref?: string; type?: unknown };
  example?: unknown;
}
interface Part {
  content?: Record<string, Media>;
}
interface Described {
  paths?: Record<string, unknown>;
}

/** Puts the examples into a document that was made of the routes. */
export function withExamples<D extends Described>(document: D): D {
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      for (const answer of Object.values(operation.responses ?? {})) {
        for (const [type, media] of Object.entries(answer.content ?? {})) {
          media.example = answerExample(type, media);
        }
      }
      for (const media of Object.values(operation.requestBody?.content ?? {})) {
        media.example = bodyOf(method, path)?.example;
      }
    }
  }
  return document;
}

interface Operation {
  readonly responses?: Record<string, Part>;
  readonly requestBody?: Part;
}

function answerExample(type: string, { schema }: Media): unknown {
  const name = schema?.$ref?.split('/').at(-1) ?? '';
  return name in ANSWERS ? ANSWERS[name as keyof typeof ANSWERS] : FILES[type];
}

/** The example of a route's body, and the schema that it has to fit. */
export function bodyOf(
  method: string,
  path: string,
): { readonly schema: v.GenericSchema; readonly example: unknown } | undefined {
  const all: Readonly<Record<string, { readonly schema: v.GenericSchema; readonly example: unknown }>> =
    BODIES;
  const verb = method.toUpperCase();
  return all[`${verb} ${path}`] ?? all[`${verb} ${path.replace(/^.*(?=\/pairings\/)/, '')}`];
}
