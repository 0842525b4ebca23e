/**
 * The kinds of value that a configuration variable can hold, as valibot schemas from text. A problem tells what is
 * wrong without repeating the text, save where the text can be neither a secret nor an address with one in it.
 */
import * as v from 'valibot';
import { smtpAddress } from '#core/own-address.ts';
import type { SiteRelease } from '#store/site-releases.repository.ts';
import { type SealKey, sealKeysProblem } from './seal.ts';

type Reading<T> = { readonly value: T } | { readonly problem: string };

/** A schema for text that `read` understands; empty text counts as absent. */
function value<T>(expected: string, read: (text: string) => Reading<T>) {
  return v.pipe(
    v.string(),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const reading = dataset.value === '' ? { problem: 'is not set' } : read(dataset.value);
      if ('value' in reading) return reading.value;
      addIssue({ message: reading.problem, expected });
      return NEVER;
    }),
  );
}

/** Makes an absent variable a problem that says what is expected of it. */
export function required<T>(schema: v.GenericSchema<string, T>) {
  return v.optional(schema, '');
}

export function text() {
  return value('a value', (found) => ({ value: found }));
}

/** The least characters of a key that nobody is to guess: 128 bits in hexadecimal. */
const KEY_LENGTH = 32;

/** A key that is sent as a bearer token (RFC 6750, section 2.1). */
export function key() {
  return value(`${KEY_LENGTH} or more letters, digits or -._~+/=`, (found) => {
    if (!/^[\w.~+/-]+=*$/.test(found)) return { problem: 'has characters that a bearer token cannot have' };
    return found.length < KEY_LENGTH ? { problem: 'is too short' } : { value: found };
  });
}

export function wholeNumber(least: number, most: number) {
  return value(`a whole number from ${least} to ${most}`, (found) => {
    if (!/^-?\d{1,15}$/.test(found)) return { problem: `${shown(found)} is not a whole number` };
    const number = Number(found);
    if (number < least) return { problem: `${number} is too small` };
    return number > most ? { problem: `${number} is too large` } : { value: number };
  });
}

export function yesOrNo() {
  return value('true or false', (found) =>
    found === 'true' || found === 'false'
      ? { value: found === 'true' }
      : { problem: `${shown(found)} is neither` },
  );
}

export function oneOf<const T extends string>(choices: readonly T[]) {
  return value(`one of ${choices.join(', ')}`, (found): Reading<T> => {
    const choice = choices.find((each) => each === found);
    return choice === undefined ? { problem: `${shown(found)} is not one of them` } : { value: choice };
  });
}

/** An address without path, query or credentials, as its origin. */
export function origin(allowHttp: boolean) {
  return value(`an origin such as https://portal.example.com${httpNote(allowHttp)}`, (found) =>
    readOrigin(found, allowHttp),
  );
}

export function origins(allowHttp: boolean) {
  return value(
    `origins such as https://portal.example.com with commas between them${httpNote(allowHttp)}`,
    (found) => {
      const list: string[] = [];
      for (const [index, each] of found.split(',').entries()) {
        const reading = readOrigin(each.trim(), allowHttp);
        if ('problem' in reading) return { problem: `origin ${index + 1}: ${reading.problem}` };
        list.push(reading.value);
      }
      return { value: list };
    },
  );
}

/** An address with a path and without credentials. */
export function endpoint(allowHttp: boolean) {
  return value(
    `an address such as https://mail.example.com/EWS/Exchange.asmx${httpNote(allowHttp)}`,
    (found) => {
      const reading = readUrl(found, allowHttp);
      return 'problem' in reading ? reading : { value: reading.value.href };
    },
  );
}

/** Where something begins: with a path or without, and no slash at the end. */
export function address(allowHttp: boolean) {
  return value(
    `an address such as https://connector.example.com${httpNote(allowHttp)}`,
    (found): Reading<string> => {
      const reading = readUrl(found, allowHttp);
      if ('problem' in reading) return reading;
      const { origin, pathname, search, hash } = reading.value;
      if (search !== '' || hash !== '') return { problem: 'there is something behind the path' };
      return { value: `${origin}${pathname}`.replace(/\/+$/, '') };
    },
  );
}

/** Names of hosts, without scheme, port and path. */
export function hosts(example: string) {
  return value(`host names such as ${example} with commas between them`, (found): Reading<string[]> => {
    const list: string[] = [];
    for (const [index, each] of found.split(',').entries()) {
      const host = hostName(each);
      if (host === null) return { problem: `host ${index + 1} is not the name of one` };
      list.push(host);
    }
    return { value: list };
  });
}

/** As `URL` writes hosts; null for what has more than a host, or is none. */
function hostName(text: string): string | null {
  const name = text.trim().toLowerCase();
  const url = `https://${name}/`;
  if (name === '' || /[/?#@:\s]/.test(name) || !URL.canParse(url)) return null;
  return new URL(url).hostname.replace(/\.$/, '') || null;
}

/** A libSQL URL. An embedded database is always one of this process's machine. */
export function databaseUrl(allowHttp: boolean, allowFile: boolean) {
  const file = allowFile ? 'file:connector.db, ' : '';
  return value(
    `${file}libsql:… or https:… of a libSQL server${httpNote(allowHttp)}`,
    (found): Reading<string> => {
      if (found === ':memory:' || found.startsWith('file:')) {
        return allowFile ? { value: found } : { problem: 'this runtime has no files' };
      }
      const reading = readUrl(found.replace(/^libsql:/, 'https:'), allowHttp);
      if ('problem' in reading) return reading;
      return reading.value.searchParams.has('authToken')
        ? { problem: 'there is a token in the address; it belongs into LIBSQL_AUTH_TOKEN' }
        : { value: found };
    },
  );
}

/** Mailboxes with the ids of the sites that may have them: `room1@example.com=20121 20125, projector@example.com=20121`. */
export function siteMailboxes() {
  return value(
    'addresses, each with "=" and the ids of its sites, with commas between them: room1@example.com=20121 20125',
    (found): Reading<readonly SiteRelease[]> => {
      const releases = new Map<string, SiteRelease>();
      for (const [index, each] of found.split(',').entries()) {
        const entry = `mailbox ${index + 1}`;
        const equals = each.lastIndexOf('=');
        if (equals < 0) return { problem: `${entry} has no "=" with its sites` };
        const address = smtpAddress(each.slice(0, equals).trim());
        if (address === null) return { problem: `${entry} has no address` };
        const siteIds = each
          .slice(equals + 1)
          .split(/\s+/)
          .filter((id) => id !== '');
        if (siteIds.length === 0) return { problem: `${entry} has no site` };
        const wrong = siteIds.find((id) => !/^[1-9]\d{0,18}$/.test(id));
        if (wrong !== undefined) return { problem: `${entry}: ${shown(wrong)} is not the id of a site` };
        for (const siteId of siteIds) releases.set(`${siteId} ${address}`, { siteId, address });
      }
      return { value: [...releases.values()] };
    },
  );
}

/** PEM texts. */
export interface CertificateWithKey {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate and its private key in one text, in any order; `\\n` counts as the end of a line. */
export function certificateWithKey() {
  return value(
    'a certificate and its RSA key as PEM (-----BEGIN CERTIFICATE----- and -----BEGIN PRIVATE KEY-----)',
    (found): Reading<CertificateWithKey> => {
      const blocks = found.replaceAll('\\n', '\n').match(PEM_BLOCK) ?? [];
      const [certificate, privateKey] = ['CERTIFICATE', 'PRIVATE KEY'].map((label) =>
        blocks.find((block) => block.startsWith(`-----BEGIN ${label}-----`)),
      );
      if (certificate === undefined) return { problem: 'there is no certificate in it' };
      if (privateKey !== undefined) return { value: { certificate, privateKey } };
      return blocks.some((block) => block.includes('PRIVATE KEY'))
        ? { problem: 'its key is not plain PKCS #8, as made by: openssl pkcs8 -topk8 -nocrypt' }
        : { problem: 'there is no private key in it' };
    },
  );
}

const PEM_BLOCK = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/g;

export function sealKeys() {
  return value(
    'id:key with 32 random bytes in base64 as the key, for example made by: openssl rand -base64 32',
    (found): Reading<SealKey[]> => {
      const keys: SealKey[] = [];
      for (const [index, each] of found.split(',').entries()) {
        const colon = each.indexOf(':');
        if (colon < 0) return { problem: `key ${index + 1} has no "id:" in front` };
        keys.push({ id: each.slice(0, colon).trim(), key: each.slice(colon + 1).trim() });
      }
      const problem = sealKeysProblem(keys);
      return problem === null ? { value: keys } : { problem };
    },
  );
}

function readOrigin(found: string, allowHttp: boolean): Reading<string> {
  const reading = readUrl(found, allowHttp);
  if ('problem' in reading) return reading;
  const { pathname, search, hash } = reading.value;
  if (pathname !== '/' || search !== '' || hash !== '') return { problem: 'there is a path behind the host' };
  return { value: reading.value.origin };
}

function readUrl(found: string, allowHttp: boolean): Reading<URL> {
  if (!URL.canParse(found)) return { problem: 'is not an address' };
  const url = new URL(found);
  if (url.username !== '' || url.password !== '') return { problem: 'there are credentials in the address' };
  if (url.protocol === 'https:') return { value: url };
  if (url.protocol !== 'http:') return { problem: `${url.protocol} is not a protocol that can be used here` };
  return allowHttp || isThisMachine(url.hostname)
    ? { value: url }
    : { problem: 'http: would send passwords in the clear' };
}

function isThisMachine(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
  );
}

function httpNote(allowHttp: boolean): string {
  return allowHttp ? '' : ' (http: only for this machine, or with ALLOW_HTTP=true)';
}

function shown(found: string): string {
  return JSON.stringify(found.length > 30 ? `${found.slice(0, 30)}…` : found);
}
