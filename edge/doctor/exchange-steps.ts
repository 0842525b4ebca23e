/** The steps of Exchange: from the name of its server to an item in a mailbox. */
import type { Effects } from '#core/effects.ts';
import type { ExchangeSignIn } from '#core/exchange-access.ts';
import { failure } from '#core/failure.ts';
import type { MailboxProtocol, MailboxServer, OpenMailbox } from '#exchange/mailbox-calendar.port.ts';
import type { OpenServerDiagnosis, ServerDiagnosis, ToldCalendar } from '#exchange/server-diagnosis.port.ts';
import type { DoctorStep, DoctorStepName } from '#shared/doctor.ts';
import { type ConnectionDependencies, examineConnection } from './connection-steps.ts';
import { Examination, type Seen, Trouble } from './examination.ts';
import { probeMailbox } from './probe-item.ts';
import { type DoctorPush, examinePush } from './push-step.ts';
import { exchangeRemedies } from './remedies.ts';
import type { Visit } from './visit.ts';

/** A step that is taken before all others, for example the search for the server of a mailbox. */
export interface EarlierStep {
  readonly step: DoctorStepName;
  look(): Promise<Seen>;
}

/** What of Exchange is looked at. */
export interface ExchangeTarget {
  /** Taken first, in order; when one fails nothing else is tried. */
  readonly before: readonly EarlierStep[];
  /** How the domain signs in. `delegated`: with the account's own access to each mailbox. */
  readonly signsIn: { readonly kind: ExchangeSignIn['kind']; readonly delegated: boolean };
  /** The domain names its server; else each mailbox's is searched for, which is the step `discover`. */
  readonly isNamed: boolean;
  /** The server of a mailbox. Of a named one no request is made, and the address may be empty. */
  server(address: string): Promise<MailboxServer>;
  /** SMTP address; null: what needs a mailbox is not tried. */
  readonly mailbox: string | null;
  readonly write: boolean;
}

export interface ExchangeDependencies extends ConnectionDependencies {
  readonly effects: Effects;
  readonly openDiagnosis: OpenServerDiagnosis;
  readonly openMailbox: OpenMailbox;
  /** Null: the service has no public address. */
  readonly push: DoctorPush | null;
  /** The place among those who may ask the server. */
  readonly turn: Pick<Visit, 'place' | 'failed'>;
  /** Hears of each step when it is over. */
  readonly onStep: (step: DoctorStep) => void;
}

/** The kind of sign-in that each configured one needs, as servers call it. */
const SCHEMES: Readonly<Record<ExchangeSignIn['kind'], string>> = {
  basic: 'Basic',
  ntlm: 'NTLM',
  oauth: 'Bearer',
};

const OF_A_MAILBOX = ['signIn', 'version', 'impersonate', 'calendar', 'probe', 'push'] as const;
const AFTERWARDS = ['resolve', 'connect', 'certificate', 'turn', 'service', ...OF_A_MAILBOX] as const;

/** `until`: by the monotonic clock, when no further step is begun. Never rejects for what a server does. */
export async function examineExchange(
  deps: ExchangeDependencies,
  target: ExchangeTarget,
  until: number,
): Promise<readonly DoctorStep[]> {
  const { kind, delegated } = target.signsIn;
  let protocol: MailboxProtocol = 'ews';
  const remedyOf = exchangeRemedies(kind, delegated, () => protocol);
  const examination = new Examination(deps.effects, {
    side: 'exchange',
    remedyOf,
    until,
    onStep: deps.onStep,
  });
  for (const { step, look } of target.before) await examination.take(step, look);
  const server = await serverOf(examination, target);
  if (server === null) {
    for (const step of AFTERWARDS) examination.skip(step);
    return examination.steps;
  }
  protocol = server.protocol ?? 'ews';
  await examineConnection(examination, deps, { url: server.endpoint, reach: server.reach ?? null });
  await examineService(examination, deps, target, { ...server, timeoutMs: deps.timeoutMs });
  return examination.steps;
}

/** Null where there is none to look at. */
async function serverOf(
  examination: Examination,
  { isNamed, server, mailbox }: ExchangeTarget,
): Promise<MailboxServer | null> {
  if (!examination.goesOn) return null;
  if (isNamed) return server(mailbox ?? '');
  let found: MailboxServer | null = null;
  await examination.take('discover', async () => {
    if (mailbox === null) return { notTried: true };
    found = await server(mailbox);
    return { facts: { place: new URL(found.endpoint).host } };
  });
  return found;
}

async function examineService(
  examination: Examination,
  deps: ExchangeDependencies,
  { mailbox, write }: ExchangeTarget,
  server: MailboxServer,
): Promise<void> {
  const { turn } = deps;
  const diagnosis = deps.openDiagnosis(server, mailbox ?? '');
  let offered: readonly string[] = [];
  try {
    await examination.take('turn', turn.place);
    await examination.take('service', async () => {
      offered = await diagnosis.greet();
      return { facts: { offered: [...offered] } };
    });
    if (mailbox === null) {
      for (const step of OF_A_MAILBOX) examination.skip(step);
      return;
    }
    await examination.take('signIn', () => signedIn(diagnosis, server.signIn.kind, offered));
    await examineMailbox(examination, deps, { server, mailbox, diagnosis, write });
  } finally {
    diagnosis.close();
    if (examination.failed !== null) await turn.failed(examination.failed);
  }
}

interface MailboxUnderTest {
  readonly server: MailboxServer;
  readonly mailbox: string;
  readonly diagnosis: ServerDiagnosis;
  readonly write: boolean;
}

async function examineMailbox(
  examination: Examination,
  deps: ExchangeDependencies,
  { server, mailbox, diagnosis, write }: MailboxUnderTest,
): Promise<void> {
  await examination.take('version', async () => {
    const { version, build, from } = await diagnosis.version();
    return { facts: { version, versionFrom: from, ...(build === null ? {} : { build }) } };
  });
  await examination.take('impersonate', async () => {
    if (server.impersonate === false) return { notTried: true };
    await diagnosis.actFor();
    return { facts: { mailbox } };
  });
  let calendar: ToldCalendar | null = null;
  await examination.take('calendar', async () => {
    calendar = await diagnosis.calendar();
    const facts = { calendar: calendar.name, items: calendar.items };
    return calendar.canWrite ? { facts } : { facts, warning: 'calendarReadOnly' };
  });
  await examination.take('probe', async () => {
    if (!write || calendar === null) return { notTried: true };
    const opened = deps.openMailbox(server, mailbox, 'UTC');
    return probeMailbox({ ids: deps.effects.ids, mailbox: opened, diagnosis, folderId: calendar.id });
  });
  const { push } = deps;
  if (push === null) examination.skip('push', examination.goesOn ? 'pushWithoutAddress' : null);
  else await examination.take('push', () => examinePush(deps.effects, push, server, mailbox));
}

/** A password that the server would not look at is not sent. Of tokens servers do not always say that they take them. */
async function signedIn(
  diagnosis: ServerDiagnosis,
  kind: ExchangeSignIn['kind'],
  offered: readonly string[],
): Promise<Seen> {
  const configured = SCHEMES[kind];
  const facts = { offered: [...offered], configured };
  if (kind !== 'oauth' && offered.length > 0 && !offered.includes(configured)) {
    throw new Trouble(failure('signInRefused', 'not tried: not offered'), 'signInNotOffered', facts);
  }
  await diagnosis.signIn();
  return { facts: { configured } };
}
