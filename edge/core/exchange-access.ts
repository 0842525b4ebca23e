/**
 * How an Exchange server is signed in to and spoken to, as data: the configuration writes it, the store seals it, the
 * adapter uses it. All of it is secret.
 */

/** A password account: `user@example.com` or `DOMAIN\user`. NTLM needs a runtime that keeps connections. */
export interface PasswordSignIn {
  readonly kind: 'basic' | 'ntlm';
  readonly user: string;
  readonly password: string;
}

/** An application of Microsoft Entra ID with a right of its own: OAuth 2 client credentials. */
export interface ApplicationSignIn {
  readonly kind: 'oauth';
  /** The tenant's token endpoint. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /**
   * What the token is for, for example `https://outlook.office365.com/.default`; null: the origin of each URL that is
   * asked, with `/.default`, by which Exchange Online and hybrid modern authentication name the resource.
   */
  readonly scope: string | null;
  readonly proof: ApplicationProof;
}

/** How an application proves who it is: with a secret, or with a key whose certificate is registered. */
export type ApplicationProof =
  | { readonly kind: 'secret'; readonly secret: string }
  /** Both as PEM; the key is PKCS #8 and RSA. */
  | { readonly kind: 'certificate'; readonly certificate: string; readonly privateKey: string };

export type ExchangeSignIn = PasswordSignIn | ApplicationSignIn;

/** By which protocol mailboxes in Exchange Online are asked. */
export type OnlineProtocol = 'graph' | 'ews';

/** How to sign in and speak to the Exchange server. */
export interface ExchangeAccess {
  readonly signIn: ExchangeSignIn;
  /**
   * Act as the mailbox's owner (ApplicationImpersonation), named by the SMTP address, by a user principal name, or by a
   * SID. `false`: the account signs in as itself, and has its own access to each mailbox.
   */
  readonly impersonate: 'address' | 'principalName' | 'sid' | false;
  /** What requests ask for; null: the newest that the server understands. */
  readonly version: RequestVersion | null;
  /** Absent, as in what was stored before there was a choice: Exchange Web Services, as long as they are answered. */
  readonly onlineProtocol?: OnlineProtocol;
}

/** Values of EWS's RequestServerVersion (EWS schema, ExchangeVersionType), newest first. Later servers know them all. */
export const REQUEST_VERSIONS = [
  'Exchange2016',
  'Exchange2013_SP1',
  'Exchange2013',
  'Exchange2010_SP2',
  'Exchange2010_SP1',
  'Exchange2010',
  'Exchange2007_SP1',
] as const;
export type RequestVersion = (typeof REQUEST_VERSIONS)[number];
