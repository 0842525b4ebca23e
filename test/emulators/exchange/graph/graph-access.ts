/**
 * Who asks, and what they may (Microsoft Learn, "Microsoft Graph permissions reference", "Limiting application
 * permissions to specific Exchange Online mailboxes", "Role Based Access Control for Applications in Exchange Online").
 */

import type { Mailbox } from '../model.ts';
import { accessDenied, badRequest, GraphError } from './graph-errors.ts';

/** An application and the application permissions that an administrator consented to. */
export interface GraphApplication {
  readonly clientId: string;
  /** Such as `Calendars.ReadWrite`. */
  readonly permissions: readonly string[];
  /** Addresses of the only mailboxes that it may open; all of them unless given. */
  readonly mailboxes?: readonly string[];
}

export type Need = 'calendarsRead' | 'calendarsWrite' | 'users' | 'settings' | 'places' | 'none';

const GRANTING: Readonly<Record<Need, readonly string[]>> = {
  calendarsRead: ['Calendars.Read', 'Calendars.ReadWrite'],
  calendarsWrite: ['Calendars.ReadWrite'],
  users: ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All'],
  settings: ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'],
  places: ['Place.Read.All', 'Place.ReadWrite.All'],
  none: [],
};

const CHALLENGE =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

export function invalidToken(message: string): GraphError {
  return new GraphError(401, 'InvalidAuthenticationToken', message, { 'WWW-Authenticate': CHALLENGE });
}

/** The application that sent the request. Throws InvalidAuthenticationToken. */
export function readCaller(
  authorization: string | null,
  applicationOf: (token: string) => string | null,
  applications: readonly GraphApplication[],
): GraphApplication {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw invalidToken('Access token is empty.');
  const clientId = applicationOf(token);
  if (clientId === null) {
    throw invalidToken('Lifetime validation failed, the token is expired, or it is for another resource.');
  }
  const known = applications.find((application) => application.clientId === clientId);
  return known ?? { clientId, permissions: [] };
}

/** Throws ErrorAccessDenied, and for the directory Authorization_RequestDenied. */
export function refuseWithout(need: Need, application: GraphApplication, mailbox: Mailbox | null): void {
  const granting = GRANTING[need];
  if (granting.length > 0 && !granting.some((name) => application.permissions.includes(name))) {
    if (need !== 'users') throw accessDenied();
    const text = 'Insufficient privileges to complete the operation.';
    throw new GraphError(403, 'Authorization_RequestDenied', text);
  }
  if (mailbox === null || need === 'users' || application.mailboxes === undefined) return;
  const isOpen = application.mailboxes.some((one) => one.toLowerCase() === mailbox.address.toLowerCase());
  if (isOpen) return;
  const text =
    'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.';
  throw new GraphError(403, 'ErrorAccessDenied', text);
}

/** There is nobody behind an application's token. */
export function refuseMe(): GraphError {
  return badRequest('/me request is only valid with delegated authentication flow.');
}
