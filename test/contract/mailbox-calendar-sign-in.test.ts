/** How the EWS adapter signs in: the contract for each kind of sign-in, and what only shows in requests. */
import { describe, expect, test } from 'vitest';
import type { ApplicationSignIn, PasswordSignIn } from '#core/exchange-access.ts';
import { APPLICATION_CERTIFICATE, APPLICATION_KEY } from '#test/emulators/entra/application-certificate.ts';
import {
  ANNA,
  ENTRA_APPLICATION,
  type EwsWorld,
  type EwsWorldOptions,
  openEws,
  SERVICE,
} from './ews-world.ts';
import { mailboxCalendarContract } from './mailbox-calendar.contract.ts';

const NTLM: PasswordSignIn = { kind: 'ntlm', ...SERVICE };
const BESIDE_NEGOTIATE: EwsWorldOptions = {
  offers: { schemes: ['Negotiate', 'NTLM'] },
  server: { signIn: NTLM },
};
const APPLICATION: EwsWorldOptions = {
  offers: { schemes: ['Bearer'] },
  server: { signIn: ENTRA_APPLICATION },
};

function proof(changed: Partial<ApplicationSignIn>): EwsWorldOptions {
  return { ...APPLICATION, server: { signIn: { ...ENTRA_APPLICATION, ...changed } } };
}

const HOUR_MS = 3_600_000;
const ask = ({ mailbox }: EwsWorld) => mailbox.listFolders();
const refusal = (reason: string, detail: unknown = expect.any(String)) => ({ failure: { reason, detail } });
const authorizations = ({ sent }: EwsWorld) => sent.map(({ headers }) => headers['Authorization'] ?? '');

describe('the contract', () => {
  mailboxCalendarContract('by NTLM, beside Negotiate', () => openEws(BESIDE_NEGOTIATE), { runs: 10 });
  mailboxCalendarContract('as an application', () => openEws(APPLICATION), { runs: 10 });
  mailboxCalendarContract(
    'with access of its own to the mailbox of another',
    () =>
      openEws({
        server: { impersonate: false, signIn: { kind: 'basic', user: 'delegate', password: 'd' } },
        accounts: [{ user: 'delegate', password: 'd', mailbox: 'carla@example.com', opens: [ANNA] }],
      }),
    { runs: 10 },
  );
});

describe('every sign-in', () => {
  test.each<[string, EwsWorldOptions]>([
    ['Basic', {}],
    ['NTLM', BESIDE_NEGOTIATE],
    ['an application', APPLICATION],
  ])('by %s anchors each request at the mailbox', async (_, options) => {
    const world = await openEws(options);
    await ask(world);
    expect(world.sent.length).toBeGreaterThan(0);
    for (const { headers } of world.sent) expect(headers['X-AnchorMailbox']).toBe(ANNA);
  });

  test.each<[string, EwsWorldOptions, RegExp]>([
    [
      'Basic with a wrong password',
      { server: { signIn: { kind: 'basic', ...SERVICE, password: 'x' } } },
      /Basic/,
    ],
    ['Basic where only NTLM is on', { offers: { schemes: ['Negotiate', 'NTLM'] } }, /NTLM, Negotiate/],
    [
      'NTLM with a wrong password',
      { offers: { schemes: ['NTLM'] }, server: { signIn: { ...NTLM, password: 'x' } } },
      /NTLM/,
    ],
    ['NTLM where only Basic is on', { server: { signIn: NTLM } }, /Basic/],
    ['a secret that is wrong', proof({ proof: { kind: 'secret', secret: 'x' } }), /AADSTS7000215/],
    ['an application that nobody knows', proof({ clientId: 'x' }), /AADSTS700016/],
    ['an application without the right', proof({ scope: 'https://x/.default' }), /AADSTS1002012/],
  ])('%s is refused, and told as it is', async (_, options, detail) => {
    const world = await openEws(options);
    await expect(ask(world)).rejects.toMatchObject(refusal('signInRefused', expect.stringMatching(detail)));
  });
});

describe('acting for the owner of a mailbox', () => {
  test.each([
    ['address', 'SmtpAddress'],
    ['principalName', 'PrincipalName'],
  ] as const)('by %s', async (impersonate, element) => {
    const world = await openEws({ server: { impersonate } });
    await ask(world);
    expect(world.sent[0]?.body).toContain(`<t:ConnectingSID><t:${element}>${ANNA}</t:${element}>`);
  });

  test('a mailbox that the account has no access to is not its own calendar', async () => {
    const world = await openEws({
      server: { impersonate: false, signIn: { kind: 'basic', user: 'carla', password: 'c' } },
      accounts: [{ user: 'carla', password: 'c', mailbox: 'carla@example.com' }],
    });
    await expect(ask(world)).rejects.toMatchObject(refusal('folderNotFound'));
  });
});

describe('by NTLM', () => {
  test('a connection is signed in once and then used', async () => {
    const world = await openEws(BESIDE_NEGOTIATE);
    await ask(world);
    const before = world.sent.length;
    await ask(world);
    expect(authorizations(world).slice(before)).toEqual(['', '']);
    expect(world.connections()).toBe(1);
  });

  test('requests at the same time have a connection each', async () => {
    const world = await openEws(BESIDE_NEGOTIATE);
    await Promise.all([ask(world), ask(world), ask(world)]);
    expect(world.connections()).toBe(3);
    await ask(world);
    expect(world.connections()).toBe(3);
  });

  test('a connection that was idle is not used again', async () => {
    const world = await openEws(BESIDE_NEGOTIATE);
    await ask(world);
    world.pass(60_000);
    await ask(world);
    expect(world.connections()).toBe(2);
  });

  test('the request goes out with the third message, not before', async () => {
    const world = await openEws(BESIDE_NEGOTIATE);
    await ask(world);
    const [first, second] = world.sent;
    expect(first).toMatchObject({ headers: { Authorization: expect.stringMatching(/^NTLM TlRMTVNTUAAB/) } });
    expect(first?.body).toBeUndefined();
    expect(second).toMatchObject({ headers: { Authorization: expect.stringMatching(/^NTLM TlRMTVNTUAAD/) } });
    expect(second?.body).toContain('GetFolder');
  });

  test.each<[string, EwsWorldOptions['offers']]>([
    ['that does not tell the time', { schemes: ['NTLM'], ntlmTellsTime: false }],
    ['that wants each request signed in', { schemes: ['NTLM'], forgetsConnections: true }],
  ])('a server %s is signed in to', async (_, offers) => {
    const world = await openEws({ ...BESIDE_NEGOTIATE, offers: offers ?? {} });
    await ask(world);
    expect(await ask(world)).toHaveLength(1);
  });

  test('a user principal name will do', async () => {
    const account = { user: 'Sync@example.com', password: 'pässwörd' };
    const world = await openEws({
      offers: { schemes: ['NTLM'] },
      server: { signIn: { kind: 'ntlm', ...account } },
      accounts: [{ ...account, mayImpersonate: true }],
    });
    expect(await ask(world)).toHaveLength(1);
  });
});

describe('as an application', () => {
  test('a certificate proves it', async () => {
    const certificate = APPLICATION_CERTIFICATE;
    const world = await openEws(
      proof({ proof: { kind: 'certificate', certificate, privateKey: APPLICATION_KEY } }),
    );
    expect(await ask(world)).toHaveLength(1);
  });

  test('one token serves many requests at the same time, until shortly before it expires', async () => {
    const world = await openEws(APPLICATION);
    await Promise.all([ask(world), ask(world), ask(world)]);
    world.pass(HOUR_MS - 31_000);
    await ask(world);
    expect(world.entra.requests).toBe(1);
    world.pass(2_000);
    await ask(world);
    expect(world.entra.requests).toBe(2);
    expect(world.sent.length).toBe(authorizations(world).filter((each) => each.startsWith('Bearer ')).length);
  });

  test('a token that was withdrawn is replaced once, and the request repeated', async () => {
    const world = await openEws(APPLICATION);
    await ask(world);
    world.entra.revokeTokens();
    expect(await ask(world)).toHaveLength(1);
    expect(world.entra.requests).toBe(2);
  });

  test('a server that takes no token is not asked for ever', async () => {
    const world = await openEws({
      ...APPLICATION,
      offers: { schemes: ['Bearer'], applicationOf: () => null },
    });
    await expect(ask(world)).rejects.toMatchObject(
      refusal('signInRefused', 'HTTP 401: the server refused the sign-in; it offers Bearer'),
    );
    expect(world.sent.length).toBe(2);
  });
});
