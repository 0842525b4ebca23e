/** What somebody writes of a domain, as its fields hold it: what is wrong with it, and what of it is new. Pure. */
import { type Domain, type DomainActing, type DomainOnlineProtocol, HOST_NAME } from '#shared/domain-api.ts';
import type { DomainPatch, DomainReach, DomainSignIn, NewDomain } from '#shared/domain-requests.ts';

export type SignInKind = DomainSignIn['kind'];
export type Administrator = Domain['administrators'][number];

/** The fields of all kinds; those that do not apply are kept, in case somebody changes their mind. */
export interface SignInDraft {
  readonly kind: SignInKind;
  readonly user: string;
  readonly password: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope: string;
  readonly proof: 'secret' | 'certificate';
  readonly secret: string;
  readonly certificate: string;
  readonly privateKey: string;
}

export interface DomainDraft {
  readonly name: string;
  /** One a line. */
  readonly mailDomains: string;
  readonly reach: DomainReach['kind'];
  readonly url: string;
  /** One a line. */
  readonly releasedHosts: string;
  readonly prefer: 'external' | 'internal';
  readonly network: 'public' | 'private';
  /** Null: it stays as it is. */
  readonly signIn: SignInDraft | null;
  readonly acting: DomainActing;
  /** Counts for an application in Microsoft Entra ID alone: nothing else gets into Exchange Online. */
  readonly onlineProtocol: DomainOnlineProtocol;
  readonly addressRule: Domain['addressRule'];
  /** In seconds; empty: the service's. */
  readonly interval: string;
  readonly maxConcurrent: string;
  readonly administrators: readonly Administrator[];
}

/** Controls in which something can be wrong. */
export type Field =
  | Exclude<keyof DomainDraft, 'reach' | 'prefer' | 'network' | 'addressRule'>
  | Exclude<keyof SignInDraft, 'kind' | 'proof'>;

/** What can be wrong with a field. `refused`: the service says so, and why. */
export type Mistake =
  | 'required'
  | 'tooLong'
  | 'hostNames'
  | 'webAddress'
  | 'httpsOnly'
  | 'credentialsInAddress'
  | 'interval'
  | 'maxConcurrent'
  | 'userId'
  | 'signInNeeded'
  | 'mailDomainTaken'
  | 'ntlmNeedsNode'
  | 'refused';
export type Mistakes = ReadonlyMap<Field, Mistake>;

export const NO_SIGN_IN: SignInDraft = {
  kind: 'basic',
  user: '',
  password: '',
  tokenUrl: '',
  clientId: '',
  scope: '',
  proof: 'secret',
  secret: '',
  certificate: '',
  privateKey: '',
};

/** For a new domain, with what the service takes where nothing is said. */
export const NEW_DRAFT: DomainDraft = {
  name: '',
  mailDomains: '',
  reach: 'url',
  url: '',
  releasedHosts: '',
  prefer: 'external',
  network: 'public',
  signIn: NO_SIGN_IN,
  acting: 'address',
  onlineProtocol: 'graph',
  addressRule: 'trustPortal',
  interval: '',
  maxConcurrent: '8',
  administrators: [],
};

export function draftOf(domain: Domain): DomainDraft {
  const { reach } = domain;
  return {
    name: domain.name,
    mailDomains: domain.mailDomains.join('\n'),
    reach: reach.kind,
    url: reach.kind === 'url' ? reach.url : '',
    releasedHosts: reach.kind === 'url' ? '' : reach.releasedHosts.join('\n'),
    prefer: reach.kind === 'url' ? 'external' : reach.prefer,
    network: domain.network === 'private' ? 'private' : 'public',
    // What no key opens any more has to be written anew.
    signIn: domain.signInKind === null && domain.origin === 'api' ? NO_SIGN_IN : null,
    acting: domain.acting ?? 'address',
    onlineProtocol: domain.onlineProtocol ?? 'graph',
    addressRule: domain.addressRule,
    interval: domain.intervalSeconds === null ? '' : String(domain.intervalSeconds),
    maxConcurrent: String(domain.maxConcurrent),
    administrators: domain.administrators,
  };
}

/** The kind of sign-in after the change. */
export function signInKindOf(domain: Domain | null, { signIn }: DomainDraft): SignInKind {
  return signIn?.kind ?? domain?.signInKind ?? 'basic';
}

/** An application has no access of its own to mailboxes. */
export function actingOf(domain: Domain | null, draft: DomainDraft): DomainActing {
  return signInKindOf(domain, draft) === 'oauth' && draft.acting === 'delegate' ? 'address' : draft.acting;
}

/** What the service would refuse. `domain`: as it is; null for a new one. */
export function mistakesOf(domain: Domain | null, draft: DomainDraft): Mistakes {
  const mistakes = new Map<Field, Mistake>();
  const look = (field: Field, mistake: Mistake | null): void => {
    if (mistake !== null) mistakes.set(field, mistake);
  };
  if (domain === null || draft.name !== domain.name) look('name', textMistake(draft.name, 100));
  if (domain === null || draft.mailDomains !== draftOf(domain).mailDomains) {
    look('mailDomains', hostsMistake(draft.mailDomains));
  }
  look(
    'interval',
    draft.interval.trim() === '' ? null : numberMistake(draft.interval, 2, 86_400, 'interval'),
  );
  look('maxConcurrent', numberMistake(draft.maxConcurrent, 1, 256, 'maxConcurrent'));
  look('administrators', administratorsMistake(draft.administrators));
  if (domain?.origin === 'configuration') return mistakes;
  if (draft.reach === 'url') look('url', addressMistake(draft.url));
  else look('releasedHosts', hostsMistake(draft.releasedHosts));
  const { signIn } = draft;
  if (signIn !== null) for (const [field, mistake] of signInMistakes(signIn)) look(field, mistake);
  else if (needsSignIn(domain, draft)) look('signIn', 'signInNeeded');
  return mistakes;
}

/** Requests would go where they did not go before, and the sign-in with them: it has to be given anew. */
export function needsSignIn(domain: Domain | null, draft: DomainDraft): boolean {
  if (domain === null || domain.signInKind === null) return true;
  const { reach } = domain;
  if (draft.reach === 'url') return reach.kind !== 'url' || originOf(draft.url) !== originOf(reach.url);
  if (reach.kind === 'url') return true;
  return !hostsIn(draft.releasedHosts).every((host) =>
    reach.releasedHosts.some((known) => host === known || host.endsWith(`.${known}`)),
  );
}

/** @throws never; call it with a draft without mistakes */
export function newDomainOf(draft: DomainDraft): NewDomain {
  const { name, network, onlineProtocol, addressRule } = draft;
  return {
    name: name.trim(),
    mailDomains: hostsIn(draft.mailDomains),
    administrators: administratorsIn(draft),
    reach: reachOf(draft),
    network,
    signIn: signInOf(draft.signIn ?? NO_SIGN_IN),
    acting: actingOf(null, draft),
    onlineProtocol,
    addressRule,
    intervalSeconds: intervalOf(draft),
    maxConcurrent: Number(draft.maxConcurrent),
  };
}

/** Only what is new. */
export function patchOf(domain: Domain, draft: DomainDraft): DomainPatch {
  const before = draftOf(domain);
  const isNew = (...fields: readonly (keyof DomainDraft)[]): boolean =>
    fields.some((field) => JSON.stringify(draft[field]) !== JSON.stringify(before[field]));
  const isReached =
    isNew('reach') || (draft.reach === 'url' ? isNew('url') : isNew('releasedHosts', 'prefer'));
  const acting = actingOf(domain, draft);
  return {
    ...(isNew('name') ? { name: draft.name.trim() } : {}),
    ...(isNew('mailDomains') ? { mailDomains: hostsIn(draft.mailDomains) } : {}),
    ...(isReached ? { reach: reachOf(draft) } : {}),
    ...(isNew('network') ? { network: draft.network } : {}),
    ...(draft.signIn === null ? {} : { signIn: signInOf(draft.signIn) }),
    ...(acting === before.acting ? {} : { acting }),
    ...(isNew('onlineProtocol') ? { onlineProtocol: draft.onlineProtocol } : {}),
    ...(isNew('addressRule') ? { addressRule: draft.addressRule } : {}),
    ...(isNew('interval') ? { intervalSeconds: intervalOf(draft) } : {}),
    ...(isNew('maxConcurrent') ? { maxConcurrent: Number(draft.maxConcurrent) } : {}),
    ...(isNew('administrators') ? { administrators: administratorsIn(draft) } : {}),
  };
}

/** Which field the service refused: the detail of an `invalidRequest` begins with its name in the API. */
export function refusedField(
  reason: string,
  detail: string | undefined,
): { readonly field: Field; readonly mistake: Mistake } | null {
  if (reason === 'mailDomainTaken') return { field: 'mailDomains', mistake: 'mailDomainTaken' };
  if (reason === 'signInNeeded') return { field: 'signIn', mistake: 'signInNeeded' };
  if (reason !== 'invalidRequest' || detail === undefined) return null;
  const path = detail.split(':')[0] ?? '';
  const named = FIELDS_OF_API.find(([prefix]) => path === prefix || path.startsWith(`${prefix}.`));
  if (named === undefined) return null;
  const [, field] = named;
  if (path === 'signIn.kind' && detail.includes('NTLM')) return { field, mistake: 'ntlmNeedsNode' };
  const isHttps = detail.includes('begin with https:');
  return { field, mistake: isHttps ? 'httpsOnly' : 'refused' };
}

const FIELDS_OF_API: readonly (readonly [path: string, field: Field])[] = [
  ['name', 'name'],
  ['mailDomains', 'mailDomains'],
  ['administrators', 'administrators'],
  ['reach.releasedHosts', 'releasedHosts'],
  ['reach', 'url'],
  ['signIn.user', 'user'],
  ['signIn.password', 'password'],
  ['signIn.tokenUrl', 'tokenUrl'],
  ['signIn.clientId', 'clientId'],
  ['signIn.scope', 'scope'],
  ['signIn.proof.secret', 'secret'],
  ['signIn.proof.certificate', 'certificate'],
  ['signIn.proof.privateKey', 'privateKey'],
  ['signIn', 'signIn'],
  ['acting', 'acting'],
  ['intervalSeconds', 'interval'],
  ['maxConcurrent', 'maxConcurrent'],
];

/** Names of hosts as people write lists: one a line, or with commas. */
export function hostsIn(text: string): string[] {
  const hosts = text.split(/[\s,;]+/).filter((host) => host !== '');
  return [...new Set(hosts.map((host) => host.toLowerCase()))];
}

function textMistake(text: string, most: number): Mistake | null {
  if (text.trim() === '') return 'required';
  return text.trim().length > most ? 'tooLong' : null;
}

function hostsMistake(text: string): Mistake | null {
  const hosts = hostsIn(text);
  if (hosts.length === 0) return 'required';
  return hosts.every((host) => HOST_NAME.test(host)) ? null : 'hostNames';
}

function addressMistake(text: string): Mistake | null {
  if (text.trim() === '') return 'required';
  if (!URL.canParse(text.trim())) return 'webAddress';
  const { protocol, username, password } = new URL(text.trim());
  if (username !== '' || password !== '') return 'credentialsInAddress';
  return /^https?:$/.test(protocol) ? null : 'webAddress';
}

function numberMistake(text: string, least: number, most: number, mistake: Mistake): Mistake | null {
  const value = Number(text);
  return text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most ? null : mistake;
}

function administratorsMistake(administrators: readonly Administrator[]): Mistake | null {
  const isWrong = ({ kind, value }: Administrator): boolean => kind === 'user' && !/^\d*$/.test(value.trim());
  if (administrators.some(isWrong)) return 'userId';
  return administrators.some(({ value }) => value.length > 256) ? 'tooLong' : null;
}

function signInMistakes(signIn: SignInDraft): readonly (readonly [Field, Mistake | null])[] {
  const given = (field: 'user' | 'password' | 'clientId' | 'secret' | 'certificate' | 'privateKey') =>
    [field, textMistake(signIn[field], field === 'user' || field === 'clientId' ? 256 : 10_000)] as const;
  if (signIn.kind !== 'oauth') return [given('user'), given('password')];
  const proof = signIn.proof === 'secret' ? [given('secret')] : [given('certificate'), given('privateKey')];
  return [['tokenUrl', addressMistake(signIn.tokenUrl)], given('clientId'), ...proof];
}

function reachOf({ reach, url, releasedHosts, prefer }: DomainDraft): DomainReach {
  return reach === 'url'
    ? { kind: 'url', url: url.trim() }
    : { kind: 'autodiscover', releasedHosts: hostsIn(releasedHosts), prefer };
}

function signInOf(draft: SignInDraft): DomainSignIn {
  const { kind, user, password } = draft;
  if (kind !== 'oauth') return { kind, user: user.trim(), password };
  const { tokenUrl, clientId, scope, proof, secret, certificate, privateKey } = draft;
  return {
    kind,
    tokenUrl: tokenUrl.trim(),
    clientId: clientId.trim(),
    scope: scope.trim() === '' ? null : scope.trim(),
    proof: proof === 'secret' ? { kind: 'secret', secret } : { kind: 'certificate', certificate, privateKey },
  };
}

function intervalOf({ interval }: DomainDraft): number | null {
  return interval.trim() === '' ? null : Number(interval);
}

function administratorsIn({ administrators }: DomainDraft): Administrator[] {
  return administrators
    .map(({ kind, value }) => ({ kind, value: value.trim() }))
    .filter(({ value }) => value !== '');
}

function originOf(url: string): string | null {
  return URL.canParse(url.trim()) ? new URL(url.trim()).origin : null;
}
