/**
 * How routes are described: requests and answers by the schemas of shared/api.ts, so that the document at
 * /openapi.json cannot say anything else than what is checked and sent.
 */
import {
  describeRoute,
  type GenerateSpecOptions,
  type ResponsesWithResolver,
  resolver,
  validator,
} from 'hono-openapi';
import * as v from 'valibot';
import { Activity } from '#shared/activity.ts';
import * as ambiguities from '#shared/ambiguities.ts';
import * as api from '#shared/api.ts';
import { DoctorEnd, DoctorReport, DoctorStep } from '#shared/doctor.ts';
import * as domains from '#shared/domain-api.ts';
import { type PageMark, parsePageMark } from '#store/page-mark.ts';
import type { Audience } from './ownership.ts';
import { API_PROBLEMS, ApiProblem, PROBLEM_MEDIA_TYPE } from './problem.ts';

/** Schemas that the document names, so that clients can generate types from it. */
export const SCHEMAS = {
  Me: named('Me', api.Me),
  ExchangeCalendars: named('ExchangeCalendars', api.ExchangeCalendars),
  LiferayCalendar: named('LiferayCalendar', api.LiferayCalendar),
  LiferayCalendars: named('LiferayCalendars', api.LiferayCalendars),
  Sites: named('Sites', api.Sites),
  SiteMailboxes: named('SiteMailboxes', api.SiteMailboxes),
  Pairing: named('Pairing', api.Pairing),
  Pairings: named('Pairings', api.Pairings),
  ServicePairings: named('ServicePairings', api.ServicePairings),
  Portal: named('Portal', api.Portal),
  Problems: named('Problems', api.Problems),
  HeldChanges: named('HeldChanges', api.HeldChanges),
  HeldDecided: named('HeldDecided', api.HeldDecided),
  Preview: named('Preview', api.Preview),
  Copies: named('Copies', api.Copies),
  Ambiguities: named('Ambiguities', ambiguities.Ambiguities),
  AmbiguitiesDecided: named('AmbiguitiesDecided', ambiguities.AmbiguitiesDecided),
  History: named('History', api.History),
  HistoryDetail: named('HistoryDetail', api.HistoryDetail),
  UndoPlanned: named('UndoPlanned', api.UndoPlanned),
  Why: named('Why', api.Why),
  SyncAccepted: named('SyncAccepted', api.SyncAccepted),
  Domain: named('Domain', domains.Domain),
  Domains: named('Domains', domains.Domains),
  Releases: named('Releases', domains.Releases),
  RoomLists: named('RoomLists', domains.RoomLists),
  RoomListsRead: named('RoomListsRead', domains.RoomListsRead),
  DomainMailboxes: named('DomainMailboxes', domains.DomainMailboxes),
  DomainMailboxesActed: named('DomainMailboxesActed', domains.DomainMailboxesActed),
  DomainMailboxDetail: named('DomainMailboxDetail', domains.DomainMailboxDetail),
  Activity: named('Activity', Activity),
  MailboxRequests: named('MailboxRequests', domains.MailboxRequests),
  MailboxRequested: named('MailboxRequested', domains.MailboxRequested),
  Audit: named('Audit', domains.Audit),
  DoctorReport: named('DoctorReport', DoctorReport),
  DoctorLine: named('DoctorLine', v.union([DoctorStep, DoctorEnd])),
  ProblemDetails: named('ProblemDetails', api.ProblemDetails),
  Health: named('Health', v.object({ alive: v.literal(true) })),
  Readiness: named('Readiness', v.object({ ready: v.boolean(), why: v.optional(v.string()) })),
} as const;

function named<const S extends v.GenericSchema>(ref: string, schema: S) {
  return v.pipe(schema, v.metadata({ ref }));
}

interface Described {
  readonly summary: string;
  readonly tag: 'calendars' | 'pairings' | 'sites' | 'domains' | 'service' | 'operation';
  /** Status and schema of success; null: no body. */
  readonly answers: readonly [status: number, schema: v.GenericSchema | null];
  /** It answers 304 to an If-None-Match that names what the caller has already. */
  readonly conditional?: boolean;
  /** What the summary leaves out. */
  readonly description?: string;
  /** Success answers a file of this media type, and `answers` has no schema. */
  readonly file?: string;
  /** Another status of success, without a body. */
  readonly alsoEmpty?: number;
  /** The same answer as lines, each with this schema, for who accepts the media type. */
  readonly alsoLines?: { readonly mediaType: string; readonly schema: v.GenericSchema };
  /** What may go wrong beside what goes wrong everywhere. */
  readonly reasons?: readonly api.ApiReason[];
  /** Statuses of an Exchange server that fails, beside those of the portal. */
  readonly asksExchange?: boolean;
  /** Who signs in: a user of the portal unless it is said. */
  readonly security?: 'liferay' | 'service';
}

/** Every API route asks the portal who the user is, so all of it may fail everywhere. */
const EVERYWHERE = [401, 403, 500, 502, 503, 504];

/** Describes a route that needs the token of a signed-in user, or the service key. */
export function describeApi(described: Described) {
  const { summary, description, tag, alsoEmpty, security = 'liferay' } = described;
  const { conditional = false, asksExchange = false } = described;
  const asking: readonly api.ApiReason[] = asksExchange
    ? ['noDomain', 'domainPaused', 'tooManyRequests']
    : [];
  const reasons = [...asking, ...(described.reasons ?? [])];
  const statuses = new Set([
    ...EVERYWHERE,
    // Without a service key there is no such route.
    ...(asksExchange || security === 'service' ? [404] : []),
    ...reasons.map((reason) => API_PROBLEMS[reason].status),
  ]);
  const problems = [...statuses]
    .sort((a, b) => a - b)
    .map((status) => [String(status), problemAnswer(status, reasons)]);
  return describeRoute({
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    security: [{ [security]: [] }],
    responses: {
      ...successOf(described),
      ...(conditional ? { 304: { description: 'As the caller has it' } } : {}),
      ...(alsoEmpty === undefined ? {} : { [alsoEmpty]: { description: 'Done' } }),
      ...(Object.fromEntries(problems) as ResponsesWithResolver),
    },
  });
}

const AUDIENCES = {
  user: { tag: 'pairings', security: 'liferay', reasons: [] },
  site: { tag: 'sites', security: 'liferay', reasons: ['siteNotAdministered'] },
  service: { tag: 'service', security: 'service', reasons: [] },
} as const satisfies Record<Audience, Pick<Described, 'tag' | 'security' | 'reasons'>>;

/** Describes routes that are there for what is a user's own, for what is a site's, and for the service key. */
export function describeOwned(kind: Audience) {
  const { tag, security, reasons } = AUDIENCES[kind];
  return (described: Omit<Described, 'tag' | 'security'>) =>
    describeApi({ ...described, tag, security, reasons: [...(described.reasons ?? []), ...reasons] });
}

/** Describes a route below `/api/domains/:domainId`. */
export function describeDomain(described: Omit<Described, 'tag'>) {
  return describeApi({
    ...described,
    tag: 'domains',
    reasons: [...(described.reasons ?? []), 'domainUnknown'],
  });
}

/** Describes a route for operators and their tools. */
export function describeOperation(
  summary: string,
  responses: ResponsesWithResolver,
  security: 'none' | 'metrics',
) {
  return describeRoute({
    summary,
    tags: ['operation'],
    security: security === 'none' ? [] : [{ metrics: [] }],
    responses,
  });
}

export function jsonAnswer(description: string, schema: v.GenericSchema): ResponsesWithResolver[string] {
  return { description, content: { 'application/json': { schema: resolver(schema) } } };
}

export function problemAnswer(
  status: number,
  reasons: readonly api.ApiReason[] = [],
): ResponsesWithResolver[string] {
  const possible = reasons.filter((reason) => API_PROBLEMS[reason].status === status);
  const description = possible.length > 0 ? `Problem: ${possible.join(', ')}` : 'Problem';
  return { description, content: { [PROBLEM_MEDIA_TYPE]: { schema: resolver(SCHEMAS.ProblemDetails) } } };
}

function successOf({ answers: [status, schema], alsoLines, file }: Described): ResponsesWithResolver {
  const content = file === undefined ? {} : { content: { [file]: { schema: { type: 'string' } as const } } };
  if (schema === null) return { [status]: { description: 'Done', ...content } };
  const answer = jsonAnswer('Done', schema);
  if (alsoLines === undefined) return { [status]: answer };
  const lines = { [alsoLines.mediaType]: { schema: resolver(alsoLines.schema) } };
  return { [status]: { ...answer, content: { ...('content' in answer ? answer.content : {}), ...lines } } };
}

/** Checks a JSON body and describes it. */
export function jsonBody<const S extends v.GenericSchema>(schema: S) {
  return validator('json', schema, (result) => {
    if (!result.success) throw new ApiProblem('invalidRequest', firstIssue(result.error));
  });
}

const PageQuery = v.object({ after: v.exactOptional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(1024))) });

/** Checks and describes where a part of a list begins: after what `next` of the part before named. */
export function pageQuery() {
  return queryOf(PageQuery);
}

/** Checks and describes what a route is asked for in its query. */
export function queryOf<const S extends v.GenericSchema>(schema: S) {
  return validator('query', schema, (result) => {
    if (!result.success) throw new ApiProblem('invalidRequest', firstIssue(result.error));
  });
}

/** The entry that `after` names, for lists in order of time. @throws ApiProblem `invalidRequest` */
export function markOf(after: string | undefined): PageMark | null {
  if (after === undefined) return null;
  const mark = parsePageMark(after);
  if (mark === null) throw new ApiProblem('invalidRequest', 'after: Not what "next" of another part said.');
  return mark;
}

/** Which field, and what of it; not the value, which a caller may have put in the wrong place. */
function firstIssue(
  issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[],
) {
  const issue = issues[0];
  const path = (issue?.path ?? [])
    .map((part) => (typeof part === 'object' && part !== null && 'key' in part ? part.key : part))
    .join('.');
  const message = (issue?.message ?? 'not valid').replace(/ but received .*$/s, '');
  return `${path === '' ? 'The body' : path}: ${message}.`.slice(0, 300);
}

export const OPENAPI: Partial<GenerateSpecOptions> = {
  documentation: {
    openapi: '3.1.0',
    info: {
      title: 'Calendar Connector for Exchange',
      version: '1',
      description:
        'Pairs Liferay calendars with calendars of Exchange mailboxes: the signed-in user’s own, and those that are released for a site that the user administers. Exchange domains say where mailboxes are; their administrators look after them. Times are epoch milliseconds. Failures are RFC 9457 problem details whose `reason` is one of a closed list.',
    },
    components: {
      securitySchemes: {
        liferay: {
          type: 'http',
          scheme: 'bearer',
          description: 'Access token of the portal’s user agent application.',
        },
        service: {
          type: 'http',
          scheme: 'bearer',
          description: 'The SERVICE_KEY of the service’s settings: whoever bears it administers the service.',
        },
        metrics: {
          type: 'http',
          scheme: 'bearer',
          description: 'The METRICS_TOKEN of the service’s settings.',
        },
      },
    },
  },
  // Refusals are described with the routes, as problem details.
  defaultValidationErrorResponse: false,
};
