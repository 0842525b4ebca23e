/** By what domains know that they share a server or an account, without anything secret standing in the clear. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ExchangeSignIn } from '#core/exchange-access.ts';

/** The host of an endpoint, with its port where it is not the usual one. */
export function serverOf(endpoint: string): string {
  return new URL(endpoint).host;
}

/**
 * A digest of the account's name, or of the application's: a server counts by account, whatever its password is at the
 * time. Whoever reads it can try names, and learns no more than that. A name without a domain is known in its own `place`
 * only (a server, or what stands for those that Autodiscover finds), and an application in its own tenant; one account that is written in two ways (`DOMAIN\user`, `user@domain`)
 * counts as two, and the limit of the server still holds.
 */
export function credentialOf(place: string, signIn: ExchangeSignIn): string {
  return bytesToHex(sha256(utf8ToBytes(nameOf(place, signIn)))).slice(0, 32);
}

function nameOf(place: string, signIn: ExchangeSignIn): string {
  if (signIn.kind === 'oauth') {
    return `exchange application\n${signIn.tokenUrl.toLowerCase()}\n${signIn.clientId.toLowerCase()}`;
  }
  const name = signIn.user.toLowerCase();
  return `exchange account\n${/[@\\]/.test(name) ? name : `${place}\n${name}`}`;
}
