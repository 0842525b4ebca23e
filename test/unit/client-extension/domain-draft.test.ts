/** What somebody writes of a domain: what is wrong with it, what is sent, and when the sign-in has to be given anew. */
import { safeParse } from 'valibot';
import { expect, test } from 'vitest';
import {
  type DomainDraft,
  draftOf,
  mistakesOf,
  NEW_DRAFT,
  NO_SIGN_IN,
  newDomainOf,
  patchOf,
  refusedField,
} from '#client-extension/domains/domain-draft.ts';
import type { Domain } from '#shared/domain-api.ts';
import { DomainPatch, NewDomain } from '#shared/domain-requests.ts';

const DOMAIN: Domain = {
  ...{ id: 'd1', name: 'Head office', origin: 'api', state: 'active', mailDomains: ['example.com'] },
  administrators: [{ kind: 'user', value: '7' }],
  reach: { kind: 'autodiscover', releasedHosts: ['example.com'], prefer: 'external' },
  ...{ network: 'public', signInKind: 'basic', acting: 'delegate', addressRule: 'trustPortal' },
  onlineProtocol: 'graph',
  ...{ intervalSeconds: 60, maxConcurrent: 8, mailboxes: 3, server: null },
  ...{ reason: null, reasonDetail: null, retryAt: null },
};
const WRITTEN: DomainDraft = {
  ...NEW_DRAFT,
  ...{ name: ' Works ', mailDomains: 'Works.example, works2.example', url: 'https://mail.works.example/EWS' },
  signIn: { ...NO_SIGN_IN, user: 'svc', password: ' p ' },
  administrators: [
    { kind: 'role', value: ' Team ' },
    { kind: 'user', value: '' },
  ],
};

function mistakes(domain: Domain | null, changes: Partial<DomainDraft>) {
  const draft = domain === null ? WRITTEN : draftOf(domain);
  return Object.fromEntries(mistakesOf(domain, { ...draft, ...changes }));
}

test('what is without mistakes is taken by the service', () => {
  expect(mistakes(null, {})).toEqual({});
  const sent = newDomainOf(WRITTEN);
  expect(sent).toMatchObject({
    name: 'Works',
    mailDomains: ['works.example', 'works2.example'],
    administrators: [{ kind: 'role', value: 'Team' }],
    signIn: { kind: 'basic', user: 'svc', password: ' p ' },
    intervalSeconds: null,
  });
  expect(safeParse(NewDomain, sent).success).toBe(true);
});

test.each([
  [{ name: ' ' }, { name: 'required' }],
  [{ name: 'x'.repeat(101) }, { name: 'tooLong' }],
  [{ mailDomains: '' }, { mailDomains: 'required' }],
  [{ mailDomains: 'example.com\nhttps://x' }, { mailDomains: 'hostNames' }],
  [{ url: 'mail.example.com' }, { url: 'webAddress' }],
  [{ url: 'ftp://mail.example.com' }, { url: 'webAddress' }],
  [{ url: 'https://u:p@mail.example.com' }, { url: 'credentialsInAddress' }],
  [{ reach: 'autodiscover' }, { releasedHosts: 'required' }],
  [{ interval: '1' }, { interval: 'interval' }],
  [{ interval: '2.5' }, { interval: 'interval' }],
  [{ maxConcurrent: '' }, { maxConcurrent: 'maxConcurrent' }],
  [{ maxConcurrent: '257' }, { maxConcurrent: 'maxConcurrent' }],
  [{ administrators: [{ kind: 'user', value: 'anna' }] }, { administrators: 'userId' }],
  [{ signIn: NO_SIGN_IN }, { user: 'required', password: 'required' }],
  [
    { signIn: { ...NO_SIGN_IN, kind: 'oauth', proof: 'certificate' } },
    { tokenUrl: 'required', clientId: 'required', certificate: 'required', privateKey: 'required' },
  ],
] satisfies [Partial<DomainDraft>, object][])('%j is told as %j', (changes, found) => {
  expect(mistakes(null, changes)).toEqual(found);
});

test('only what is new is sent, and the service takes it', () => {
  const draft = draftOf(DOMAIN);
  expect(patchOf(DOMAIN, draft)).toEqual({});
  const patch = patchOf(DOMAIN, { ...draft, interval: '', prefer: 'internal' });
  expect(patch).toEqual({
    intervalSeconds: null,
    reach: { kind: 'autodiscover', releasedHosts: ['example.com'], prefer: 'internal' },
  });
  expect(safeParse(DomainPatch, patch).success).toBe(true);
});

test('an application does not act by access of its own', () => {
  const signIn = {
    ...NO_SIGN_IN,
    kind: 'oauth' as const,
    tokenUrl: 'https://login.example/token',
    ...{ clientId: 'app', secret: 's' },
  };
  const patch = patchOf(DOMAIN, { ...draftOf(DOMAIN), signIn, onlineProtocol: 'ews' });
  expect(patch).toMatchObject({ acting: 'address', onlineProtocol: 'ews' });
});

test.each([
  ['a host below a released one', { releasedHosts: 'example.com\nmail.example.com' }, {}],
  ['another host', { releasedHosts: 'example.com other.example' }, { signIn: 'signInNeeded' }],
  ['a server by its address', { reach: 'url', url: 'https://mail.example.com' }, { signIn: 'signInNeeded' }],
] satisfies [string, Partial<DomainDraft>, object][])('the sign-in and %s: %j', (_what, changes, found) => {
  expect(mistakes(DOMAIN, changes)).toEqual(found);
});

test('another path at the same server keeps the sign-in, another server does not', () => {
  const domain: Domain = { ...DOMAIN, reach: { kind: 'url', url: 'https://mail.example.com/EWS' } };
  expect(mistakes(domain, { url: 'https://mail.example.com/ews/exchange.asmx' })).toEqual({});
  expect(mistakes(domain, { url: 'https://mail2.example.com/EWS' })).toEqual({ signIn: 'signInNeeded' });
});

test('what no key opens any more has to be written anew', () => {
  const domain: Domain = { ...DOMAIN, signInKind: null, acting: null };
  expect(mistakes(domain, {})).toEqual({ user: 'required', password: 'required' });
});

test('a domain that variables describe may lack a name and e-mail domains, as long as nobody writes there', () => {
  const domain: Domain = { ...DOMAIN, origin: 'configuration', name: '', mailDomains: [] };
  expect(mistakes(domain, { interval: '30' })).toEqual({});
  expect(patchOf(domain, { ...draftOf(domain), interval: '30' })).toEqual({ intervalSeconds: 30 });
});

test.each([
  ['invalidRequest', 'intervalSeconds: too often.', { field: 'interval', mistake: 'refused' }],
  ['invalidRequest', 'mailDomains.1: a host name is expected.', { field: 'mailDomains', mistake: 'refused' }],
  [
    'invalidRequest',
    'signIn.tokenUrl: the address has to begin with https:.',
    { field: 'tokenUrl', mistake: 'httpsOnly' },
  ],
  [
    'invalidRequest',
    'signIn.kind: NTLM signs in a connection.',
    { field: 'signIn', mistake: 'ntlmNeedsNode' },
  ],
  ['signInNeeded', undefined, { field: 'signIn', mistake: 'signInNeeded' }],
  ['invalidRequest', 'The body: not valid.', null],
  ['internalError', 'name: x', null],
] as const)('the refusal %s “%s” is shown at its field', (reason, detail, expected) => {
  expect(refusedField(reason, detail)).toEqual(expected);
});
