/** The steps of the portal: from the name of its server to the permissions on one calendar. */
import type { Effects } from '#core/effects.ts';
import { failure } from '#core/failure.ts';
import type { PortalCredentials, PortalServer } from '#liferay/portal-calendar.port.ts';
import type { OpenPortalDiagnosis, PortalDiagnosis, SeenCalendar } from '#liferay/portal-diagnosis.port.ts';
import type { DoctorStep } from '#shared/doctor.ts';
import { type ConnectionDependencies, examineConnection } from './connection-steps.ts';
import { Examination, type Seen, Trouble } from './examination.ts';
import { portalRemedies } from './remedies.ts';

/** What of the portal is looked at. */
export interface PortalTarget {
  readonly server: PortalServer;
  readonly credentials: PortalCredentials;
  /** The calendar whose permissions are looked at, of the mailbox's pairing; null: the first that is seen. */
  readonly calendarId: string | null;
}

export interface PortalDependencies extends ConnectionDependencies {
  readonly effects: Effects;
  readonly openPortalDiagnosis: OpenPortalDiagnosis;
  /** Hears of each step when it is over. */
  readonly onStep: (step: DoctorStep) => void;
}

/** `until`: by the monotonic clock, when no further step is begun. Never rejects for what a portal does. */
export async function examinePortal(
  deps: PortalDependencies,
  { server, credentials, calendarId }: PortalTarget,
  until: number,
): Promise<readonly DoctorStep[]> {
  const remedyOf = portalRemedies(credentials.kind);
  const examination = new Examination(deps.effects, {
    side: 'liferay',
    remedyOf,
    until,
    onStep: deps.onStep,
  });
  await examineConnection(examination, deps, { url: server.url, reach: null });
  const portal = deps.openPortalDiagnosis(
    { ...server, timeoutMs: deps.timeoutMs, dialect: null },
    credentials,
  );
  await examination.take('token', async () => ((await portal.token()) ? {} : { notTried: true }));
  await examination.take('identity', () => identified(portal));
  await examination.take('dialect', () => dialectTold(portal));
  let seen: readonly SeenCalendar[] = [];
  await examination.take('calendars', async () => {
    seen = await portal.seenCalendars();
    const manageable = seen.filter(({ missing }) => missing.length === 0).length;
    const facts = { visible: seen.length, manageable };
    return seen.length === 0 ? { facts, warning: 'noCalendars' } : { facts };
  });
  await examination.take('permission', async () => permitted(seen, calendarId));
  return examination.steps;
}

async function identified(portal: PortalDiagnosis): Promise<Seen> {
  const { name, emailAddress, id } = await portal.identity();
  return { facts: { user: `${name} <${emailAddress}> (${id})` } };
}

async function dialectTold(portal: PortalDiagnosis): Promise<Seen> {
  const { version, context, hasRowVersion } = await portal.probe(null);
  const facts = { context, rowVersions: hasRowVersion };
  return { facts: version === null ? facts : { version, ...facts } };
}

function permitted(seen: readonly SeenCalendar[], calendarId: string | null): Seen {
  if (calendarId === null && seen.length === 0) return { notTried: true };
  const calendar = calendarId === null ? bestOf(seen) : seen.find(({ id }) => id === calendarId);
  if (calendar === undefined) {
    const facts = { calendar: calendarId ?? '', missing: ['VIEW'] };
    throw new Trouble(failure('portalAccessLost', 'the calendar is not to be seen'), 'noPermission', facts);
  }
  const { name, missing } = calendar;
  if (missing.length === 0) return { facts: { calendar: name } };
  const facts = { calendar: name, missing: [...missing] };
  throw new Trouble(failure('portalAccessLost', missing.join(', ')), 'noPermission', facts);
}

/** Without a pairing no calendar is meant in particular: it is enough that there is one that can be paired. */
function bestOf(seen: readonly SeenCalendar[]): SeenCalendar | undefined {
  return seen.find(({ missing }) => missing.length === 0) ?? seen[0];
}
