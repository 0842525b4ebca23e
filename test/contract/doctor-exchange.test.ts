/** What "Test connection" finds at Exchange: in every broken state the right step, the reason and the remedy. */
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { failure } from '#core/failure.ts';
import { Trouble } from '#doctor/examination.ts';
import { domain } from '#drizzle/schema.ts';
import { domainById } from '#store/sync-rows.ts';
import { SERVER_VERSIONS } from '#test/emulators/exchange/switches.ts';
import {
  ANNA,
  BY_APPLICATION,
  type DoctorWorld,
  type DoctorWorldOptions,
  failureOf,
  GOOD_CERTIFICATE,
  MAIL,
  NOW,
  openDoctorWorld,
  PORTAL,
  page,
  stepOf,
  systemError,
} from './doctor-world.ts';

const ALWAYS = 1_000;
const LOGIN_PAGE = '<!DOCTYPE html><html><title>Sign in</title><form action="/my.policy"></form></html>';

interface Broken {
  readonly options?: DoctorWorldOptions;
  /** What is broken. */
  readonly break?: (world: DoctorWorld) => void;
  readonly write?: boolean;
  readonly found: readonly [step: string, reason: string, remedy: string];
}

const certificate =
  (problem: 'otherName' | 'issuerUnknown' | 'expired' | 'notYetValid' | 'other') => (world: DoctorWorld) =>
    void world.network.set(MAIL, {
      certificate: async () => ({ ...GOOD_CERTIFICATE, problem, said: 'CODE' }),
    });
const refused = (method: 'resolve' | 'connect' | 'certificate', code: string) => (world: DoctorWorld) =>
  void world.network.set(MAIL, { [method]: () => Promise.reject(systemError(code)) });
const answered = (status: number, text: string, headers?: Record<string, string>) => (world: DoctorWorld) => {
  world.between = ({ url }) => (url.host === MAIL ? page(status, text, headers) : null);
};
const fault = (code: string, operation: string) => (world: DoctorWorld) =>
  world.exchange.faults.inject({ kind: 'soapFault', code, operation, times: ALWAYS });
const late = () => Object.assign(new Error('too late'), { name: 'TimeoutError' });

const STATES: Readonly<Record<string, Broken>> = {
  'the name does not resolve': {
    break: refused('resolve', 'ENOTFOUND'),
    found: ['resolve', 'unreachable', 'nameUnknown'],
  },
  'the name leads to addresses to which connections may not go': {
    options: { variables: { EXCHANGE_REACH: 'public' } },
    break: ({ network }) => network.set(MAIL, { resolve: async () => ['10.0.0.25'] }),
    found: ['resolve', 'addressNotAllowed', 'addressNotAllowed'],
  },
  'the DNS does not answer': {
    break: refused('resolve', 'EAI_AGAIN'),
    found: ['resolve', 'unreachable', 'dnsSilent'],
  },
  'nobody listens': {
    break: refused('connect', 'ECONNREFUSED'),
    found: ['connect', 'unreachable', 'connectionRefused'],
  },
  'a firewall drops what is sent': {
    break: (world) => void world.network.set(MAIL, { connect: () => Promise.reject(late()) }),
    found: ['connect', 'timedOut', 'connectionSilent'],
  },
  'the network leads nowhere': {
    break: refused('connect', 'EHOSTUNREACH'),
    found: ['connect', 'unreachable', 'connectionSilent'],
  },
  'the port speaks no TLS': {
    break: refused('certificate', 'EPROTO'),
    found: ['certificate', 'unreachable', 'tlsFailed'],
  },
  'the certificate is for another name': {
    break: certificate('otherName'),
    found: ['certificate', 'certificateRefused', 'certificateOtherName'],
  },
  'nobody knows who issued the certificate': {
    break: certificate('issuerUnknown'),
    found: ['certificate', 'certificateRefused', 'certificateIssuerUnknown'],
  },
  'the certificate has expired': {
    break: certificate('expired'),
    found: ['certificate', 'certificateRefused', 'certificateExpired'],
  },
  'the certificate is not valid yet': {
    break: certificate('notYetValid'),
    found: ['certificate', 'certificateRefused', 'certificateNotYetValid'],
  },
  'the certificate has something else wrong': {
    break: certificate('other'),
    found: ['certificate', 'certificateRefused', 'certificateRefused'],
  },
  'a proxy shows its sign-in page with status 200': {
    break: answered(200, LOGIN_PAGE),
    found: ['service', 'notTheService', 'noEws'],
  },
  'the path is wrong': { break: answered(404, 'Not found'), found: ['service', 'notTheService', 'noEws'] },
  'the address leads elsewhere': {
    break: answered(302, '', { Location: 'https://owa.example.com/owa' }),
    found: ['service', 'redirected', 'redirected'],
  },
  'a gateway lets nobody in': {
    break: answered(403, ''),
    found: ['service', 'accessDenied', 'accessDenied'],
  },
  'the web server is broken': { break: answered(502, ''), found: ['service', 'serverError', 'serverFailed'] },
  'the answer is cut': {
    break: answered(200, '<s:Envelope xmlns:s="x"><s:Bo', { 'Content-Type': 'text/xml' }),
    found: ['service', 'badAnswer', 'badAnswer'],
  },
  'the server takes the connection and says nothing': {
    break: (world) => {
      world.between = ({ url }) => (url.host === MAIL ? late() : null);
    },
    found: ['service', 'timedOut', 'tooSlow'],
  },
  'the password is wrong': {
    options: { variables: { EXCHANGE_PASSWORD: 'another-password' } },
    found: ['signIn', 'signInRefused', 'passwordRefused'],
  },
  'the application has another secret': {
    options: {
      exchange: { signIn: { schemes: ['Bearer'], applicationOf: () => 'application' } },
      variables: { ...BY_APPLICATION, EXCHANGE_CLIENT_SECRET: 'another-secret' },
    },
    found: ['signIn', 'signInRefused', 'applicationRefused'],
  },
  'EWS is switched off for the organisation or the application': {
    break: ({ exchange }) => exchange.faults.inject({ kind: 'policyBlocked', times: ALWAYS }),
    found: ['signIn', 'ewsBlocked', 'ewsBlocked'],
  },
  'the server knows none of the versions': {
    break: fault('ErrorInvalidServerVersion', 'GetFolder'),
    found: ['version', 'versionRefused', 'versionRefused'],
  },
  'the configured version is newer than the server': {
    options: { exchange: { version: 'Exchange2010_SP2' }, variables: { EXCHANGE_VERSION: 'Exchange2016' } },
    found: ['version', 'versionRefused', 'versionRefused'],
  },
  'the account may not impersonate': {
    options: { account: { mayImpersonate: false } },
    found: ['impersonate', 'impersonationDenied', 'impersonationDenied'],
  },
  'the mailbox is being moved': {
    break: fault('ErrorMailboxMoveInProgress', 'GetFolder'),
    found: ['impersonate', 'mailboxUnavailable', 'mailboxUnavailable'],
  },
  'the calendar is denied': {
    break: fault('ErrorAccessDenied', 'GetFolder'),
    found: ['calendar', 'accessDenied', 'calendarDenied'],
  },
  'there is no calendar': {
    break: fault('ErrorFolderNotFound', 'GetFolder'),
    found: ['calendar', 'folderNotFound', 'calendarMissing'],
  },
  'the account has no access of its own to the mailbox': {
    options: { account: { mayImpersonate: false }, variables: { EXCHANGE_IMPERSONATE: 'false' } },
    found: ['calendar', 'folderNotFound', 'calendarDenied'],
  },
  'the mailbox is full': {
    break: fault('ErrorQuotaExceeded', 'CreateItem'),
    write: true,
    found: ['probe', 'mailboxFull', 'mailboxFull'],
  },
  'the calendar may only be read': {
    break: ({ exchange }) => {
      exchange.mailbox(ANNA).calendar.canWrite = false;
    },
    write: true,
    found: ['probe', 'accessDenied', 'calendarDenied'],
  },
  'a rule refuses the item': {
    break: fault('ErrorMessageTransientError', 'CreateItem'),
    write: true,
    found: ['probe', 'serverError', 'serverFailed'],
  },
};

describe('where', () => {
  it.each(Object.entries(STATES))('%s', async (_, { options = {}, break: broken, write = false, found }) => {
    const world = await openDoctorWorld(options);
    broken?.(world);
    expect(failureOf(await world.examine(ANNA, write), 'exchange')).toEqual(found);
    expect(world.exchange.items(ANNA)).toEqual([]);
    expect(world.exchange.outbox).toEqual([]);
  });

  it('the server has no such mailbox', async () => {
    const world = await openDoctorWorld();
    const found = ['impersonate', 'mailboxNotFound', 'mailboxUnknown'];
    expect(failureOf(await world.examine('nobody@example.com'), 'exchange')).toEqual(found);
  });

  it('the configured kind of sign-in is not offered, no password is sent', async () => {
    const world = await openDoctorWorld({ exchange: { signIn: { schemes: ['Negotiate', 'NTLM'] } } });
    const report = await world.examine();
    expect(failureOf(report, 'exchange')).toEqual(['signIn', 'signInRefused', 'signInNotOffered']);
    expect(stepOf(report, 'exchange', 'signIn').facts).toEqual({
      offered: ['NTLM', 'Negotiate'],
      configured: 'Basic',
    });
    const toExchange = world.sent.filter(({ url }) => url.host === MAIL);
    expect(toExchange.map(({ request }) => Object.keys(request.headers).includes('Authorization'))).toEqual([
      false,
    ]);
  });

  it('the certificate ends within a month, that is a warning', async () => {
    const world = await openDoctorWorld();
    const validUntil = NOW + 29 * 86_400_000;
    world.network.set(MAIL, { certificate: async () => ({ ...GOOD_CERTIFICATE, validUntil }) });
    const report = await world.examine();
    expect(failureOf(report, 'exchange')).toBeNull();
    const { result, remedy, facts } = stepOf(report, 'exchange', 'certificate');
    expect([result, remedy, facts.validUntil]).toEqual(['warning', 'certificateEndsSoon', validUntil]);
  });

  it('the calendar cannot be written, that is a warning', async () => {
    const world = await openDoctorWorld();
    world.exchange.mailbox(ANNA).calendar.canWrite = false;
    const { result, remedy } = stepOf(await world.examine(), 'exchange', 'calendar');
    expect([result, remedy]).toEqual(['warning', 'calendarReadOnly']);
  });
});

describe('a domain that does not name its server', () => {
  const variables = { EXCHANGE_URL: '', EXCHANGE_RELEASED_HOSTS: 'example.com', EXCHANGE_REACH: 'private' };
  const place = JSON.stringify({ Protocol: 'EWS', Url: `https://${MAIL}/EWS/Exchange.asmx` });
  const inHouse = (world: DoctorWorld) => world.network.set(MAIL, { resolve: async () => ['10.0.0.25'] });

  it('has the mailbox’s searched for first', async () => {
    const world = await openDoctorWorld({ variables });
    inHouse(world);
    world.between = ({ url }) =>
      url.pathname.endsWith('/autodiscover.json')
        ? page(200, place, { 'Content-Type': 'application/json' })
        : null;
    const report = await world.examine();
    expect(failureOf(report, 'exchange')).toBeNull();
    expect(report.steps[0]).toMatchObject({ step: 'discover', result: 'ok', facts: { place: MAIL } });
  });

  it('and of which nobody knows one is told so', async () => {
    const world = await openDoctorWorld({ variables });
    world.between = ({ url }) => (url.host === PORTAL ? null : new TypeError('fetch failed'));
    const found = ['discover', 'endpointNotFound', 'endpointNotFound'];
    expect(failureOf(await world.examine(), 'exchange')).toEqual(found);
  });

  it('cannot be looked at without a mailbox', async () => {
    const world = await openDoctorWorld({ variables });
    const { steps, healthy } = await world.examine(null);
    const own = steps.filter(({ side }) => side === 'exchange');
    expect([healthy, own.length, ...new Set(own.map(({ result }) => result))]).toEqual([
      true,
      12,
      'notTried',
    ]);
  });
});

describe('a step that is taken before all others', () => {
  const results = (
    steps: readonly { readonly side: string; readonly step: string; readonly result: string }[],
  ) => steps.filter(({ side }) => side === 'exchange').map(({ step, result }) => `${step} ${result}`);

  it('comes first', async () => {
    const world = await openDoctorWorld();
    const look = async () => ({ detail: 'found by JSON' });
    const { steps } = await world.examine(ANNA, false, [{ step: 'discover', look }]);
    expect(results(steps).slice(0, 2)).toEqual(['discover ok', 'resolve ok']);
  });

  it('that fails ends the rest, and not what is tried of the portal', async () => {
    const world = await openDoctorWorld();
    const look = async () => {
      throw new Trouble(failure('notTheService', 'nobody knows this address'), 'noEws');
    };
    const report = await world.examine(ANNA, false, [{ step: 'discover', look }]);
    expect(failureOf(report, 'exchange')).toEqual(['discover', 'notTheService', 'noEws']);
    expect(results(report.steps)).toHaveLength(12);
    expect(world.sent.filter(({ url }) => url.host === MAIL)).toEqual([]);
  });
});

describe('a server in order', () => {
  it.each(SERVER_VERSIONS)('is understood when it is %s', async (version) => {
    const world = await openDoctorWorld({ exchange: { version } });
    const report = await world.examine(ANNA, true);
    // Without a public address nobody can tell it of changes, which is no fault.
    expect(report.steps.filter(({ result }) => result !== 'ok')).toMatchObject([
      { step: 'push', result: 'notTried', remedy: 'pushWithoutAddress' },
    ]);
    const { facts } = stepOf(report, 'exchange', 'version');
    // A server takes what came with its service packs.
    expect(facts).toMatchObject({ version: expect.stringContaining(version), versionFrom: 'server' });
    expect(stepOf(await world.examine(), 'exchange', 'version').facts.versionFrom).toBe('memory');
  });

  it('is looked at with a new token, which serves the syncs afterwards', async () => {
    const world = await openDoctorWorld({
      exchange: { signIn: { schemes: ['Bearer'], applicationOf: () => 'application' } },
      variables: BY_APPLICATION,
    });
    for (let n = 0; n < 2; n += 1) expect(failureOf(await world.examine(), 'exchange')).toBeNull();
    expect(world.sent.filter(({ url }) => url.host === 'login.microsoftonline.com')).toHaveLength(2);
  });

  it('is looked at without a mailbox as far as that goes', async () => {
    const world = await openDoctorWorld();
    const report = await world.examine(null);
    const results = report.steps
      .filter(({ side }) => side === 'exchange')
      .map(({ step, result }) => `${step} ${result}`);
    expect(results).toEqual([
      'resolve ok',
      'connect ok',
      'certificate ok',
      'turn ok',
      'service ok',
      'signIn notTried',
      'version notTried',
      'impersonate notTried',
      'calendar notTried',
      'probe notTried',
      'push notTried',
    ]);
  });
});

describe('the test item', () => {
  const items = ({ exchange }: DoctorWorld) => exchange.items(ANNA);
  const deleted = ({ exchange }: DoctorWorld) => exchange.items(ANNA, exchange.mailbox(ANNA).deletedItems);

  it('leaves nothing behind, not in Deleted Items either, and nobody gets mail', async () => {
    const world = await openDoctorWorld();
    const report = await world.examine(ANNA, true);
    expect(stepOf(report, 'exchange', 'probe').result).toBe('ok');
    expect([items(world), deleted(world), world.exchange.outbox]).toEqual([[], [], []]);
    expect(world.exchange.requests.get('CreateItem')).toBe(1);
  });

  it('is not written unless that is asked for', async () => {
    const world = await openDoctorWorld();
    expect(stepOf(await world.examine(), 'exchange', 'probe').result).toBe('notTried');
    expect(world.exchange.requests.get('CreateItem')).toBeUndefined();
  });

  it('that could not be removed is told, and removed by the next doctor', async () => {
    const world = await openDoctorWorld();
    world.exchange.faults.inject({ kind: 'http503', operation: 'DeleteItem' });
    const first = stepOf(await world.examine(ANNA, true), 'exchange', 'probe');
    expect([first.result, first.remedy, items(world)]).toEqual(['warning', 'probeLeft', [expect.anything()]]);
    const second = stepOf(await world.examine(ANNA, true), 'exchange', 'probe');
    expect([second.result, second.facts, items(world)]).toEqual(['ok', { leftovers: 1 }, []]);
  });

  it('of a process that died is removed, and nothing else is', async () => {
    const world = await openDoctorWorld();
    const { calendar } = world.exchange.mailbox(ANNA);
    world.exchange.userActs.createItem(calendar, { subject: 'Lunch', start: NOW, end: NOW + 3_600_000 });
    let written = 0;
    world.between = ({ request }) => {
      if (/<m:CreateItem/.test(request.body ?? '')) written += 1;
      // Nothing more leaves the process.
      return written > 0 && !/<m:CreateItem/.test(request.body ?? '') ? new TypeError('fetch failed') : null;
    };
    await world.examine(ANNA, true);
    expect(items(world).map(({ content }) => content.subject)).toEqual(['Lunch', expect.any(String)]);
    world.between = () => null;
    expect(stepOf(await world.examine(ANNA, true), 'exchange', 'probe').facts).toEqual({ leftovers: 1 });
    expect(items(world).map(({ content }) => content.subject)).toEqual(['Lunch']);
  });

  it('that comes back otherwise than it was written is told, and removed', async () => {
    const world = await openDoctorWorld();
    world.between = ({ request }) => {
      const [probe] = items(world);
      if (probe && /<m:GetItem/.test(request.body ?? '')) {
        world.exchange.userActs.changeItem(probe.id, { subject: 'Scanned: connection test' });
      }
      return null;
    };
    const found = ['probe', 'serverKeepsChanging', 'probeDiffers'];
    expect(failureOf(await world.examine(ANNA, true), 'exchange')).toEqual(found);
    expect(items(world)).toEqual([]);
  });
});

describe('a server that asks for patience', () => {
  it('by 503 and Retry-After is not asked again before, and no sync asks it either', async () => {
    const world = await openDoctorWorld();
    world.exchange.load.condition.retryAfterSeconds = 90;
    const report = await world.examine();
    expect(failureOf(report, 'exchange')).toEqual(['signIn', 'throttled', 'busy']);
    expect(stepOf(report, 'exchange', 'signIn').facts).toEqual({ waitSeconds: 90 });
    expect(await domainById(world.db, 'default')).toMatchObject({
      reason: 'throttled',
      outage: 'server',
      notBefore: world.now() + 90_000,
    });

    world.exchange.load.condition.retryAfterSeconds = null;
    world.sent.length = 0;
    world.pass(30_000);
    const again = await world.examine();
    expect(failureOf(again, 'exchange')).toEqual(['turn', 'throttled', 'patienceAsked']);
    expect(stepOf(again, 'exchange', 'turn').facts).toEqual({ waitSeconds: 60 });
    expect(world.sent.filter(({ url }) => url.host === MAIL)).toEqual([]);
    world.pass(60_000);
    expect(failureOf(await world.examine(), 'exchange')).toBeNull();
  });

  it('by ErrorServerBusy means everybody who shares the account', async () => {
    const world = await openDoctorWorld();
    world.exchange.faults.inject({ kind: 'serverBusy', backOffMs: 12_000 });
    const report = await world.examine();
    expect(failureOf(report, 'exchange')).toEqual(['signIn', 'throttled', 'busy']);
    expect(await domainById(world.db, 'default')).toMatchObject({ outage: 'credential' });
  });

  it('is tried although it was away: that is what the test is for', async () => {
    const world = await openDoctorWorld();
    await world.db
      .update(domain)
      .set({ notBefore: world.now() + 600_000, backoffStep: 3, outage: 'server', reason: 'unreachable' })
      .where(eq(domain.id, 'default'));
    expect(failureOf(await world.examine(), 'exchange')).toBeNull();
  });
});
