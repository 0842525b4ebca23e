/**
 * "Test connection": looks at one Exchange domain, a mailbox in it and its portal, step by step, and says of each what
 * was seen and what is to be done. It changes nothing but, where that is asked for, a probe item that it removes again.
 * Bounded: no step is begun after a minute, each request has its time-out, and of two for the same server the second
 * is refused.
 */
import type { PortalCredentials, PortalServer } from '#liferay/portal-calendar.port.ts';
import type { DoctorReport, DoctorStep } from '#shared/doctor.ts';
import type { Database } from '#store/database.ts';
import { calendarOfMailbox } from '#store/visits.repository.ts';
import {
  type EarlierStep,
  type ExchangeDependencies,
  type ExchangeTarget,
  examineExchange,
} from './exchange-steps.ts';
import { examinePortal, type PortalDependencies } from './portal-steps.ts';
import { beginVisit } from './visit.ts';

/** No step is begun later than this. */
const LIMIT_MS = 60_000;
/** Of each request: a person waits. */
export const DOCTOR_TIMEOUT_MS = 15_000;

export interface DoctorDependencies
  extends Omit<ExchangeDependencies, 'turn' | 'timeoutMs' | 'onStep'>,
    Omit<PortalDependencies, 'timeoutMs' | 'onStep'> {
  readonly db: Database;
}

/** A domain: which server, signed in to how, and the portal that it is connected with. */
export interface DoctorDomain extends Pick<ExchangeTarget, 'signsIn' | 'isNamed' | 'server'> {
  readonly id: string;
  readonly portal: { readonly server: PortalServer; readonly credentials: PortalCredentials };
}

/** What is asked for. */
export interface DoctorOrder {
  /** SMTP address in lower case; null: what needs a mailbox is not tried. */
  readonly mailbox: string | null;
  readonly write: boolean;
  /** Steps of Exchange that are taken before all others, such as the search for the mailbox's server. */
  readonly before?: readonly EarlierStep[];
  /** Hears of each step when it is over. */
  readonly onStep?: (step: DoctorStep) => void;
}

/** Null: another doctor is looking at the same server. Never rejects for what a remote side does. */
export async function examine(
  deps: DoctorDependencies,
  domain: DoctorDomain,
  { mailbox, write, before = [], onStep = () => {} }: DoctorOrder,
): Promise<DoctorReport | null> {
  const { effects, db } = deps;
  const visit = await beginVisit({ db, effects }, domain.id, mailbox);
  if (visit === null) return null;
  const until = effects.clock.monotonic() + LIMIT_MS;
  const bounded = { ...deps, onStep, timeoutMs: DOCTOR_TIMEOUT_MS };
  try {
    const calendarId = mailbox === null ? null : await calendarOfMailbox(db, domain.id, mailbox);
    const [exchange, liferay] = await Promise.all([
      examineExchange({ ...bounded, turn: visit }, { ...domain, before, mailbox, write }, until),
      examinePortal(bounded, { ...domain.portal, calendarId }, until),
    ]);
    const steps = [...exchange, ...liferay];
    return { healthy: steps.every(({ result }) => result !== 'failed'), steps };
  } finally {
    await visit.end();
  }
}
