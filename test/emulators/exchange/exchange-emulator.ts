/**
 * An Exchange server's EWS endpoint, in process: `fetch` answers POST /EWS/Exchange.asmx. Written from
 * Microsoft's documentation and schema, never from what a client happens to send. It is deterministic (time and
 * ids come in) and settles on microtasks only.
 */
import type { CalendarProcessing } from './calendar-processing.ts';
import { EwsError, EwsFault, schemaViolation } from './errors.ts';
import { FaultController } from './faults.ts';
import type { OutboxMail } from './meetings.ts';
import { Meetings } from './meetings.ts';
import type { Folder, Mailbox, StoredItem } from './model.ts';
import type { Operation, OperationContext } from './operation.ts';
import { createItem } from './operations/create-item.ts';
import { deleteItem } from './operations/delete-item.ts';
import { getServerTimeZones, resolveNames } from './operations/directory.ts';
import { findItem } from './operations/find-item.ts';
import { findFolder, getFolder } from './operations/folders.ts';
import { getItem } from './operations/get-item.ts';
import { syncFolderItems } from './operations/sync-folder-items.ts';
import { updateItem } from './operations/update-item.ts';
import type { SoapRequest } from './soap.ts';
import { batchResponse, envelope, faultEnvelope, readEnvelope } from './soap.ts';
import type { NewMailbox } from './store.ts';
import { ExchangeStore } from './store.ts';
import type { ExchangeSwitches, ServerVersion } from './switches.ts';
import { DEFAULT_SWITCHES, versionRank } from './switches.ts';
import { UserActs } from './user-acts.ts';
import { parseXml, XmlSyntaxError } from './xml.ts';

export interface Account {
  readonly user: string;
  readonly password: string;
  /** SMTP address of the account's own mailbox; a service account may have none. */
  readonly mailbox?: string;
  /** Holds the ApplicationImpersonation role. */
  readonly mayImpersonate?: boolean;
}

export interface ExchangeEmulatorOptions {
  readonly clock: { now(): number };
  readonly ids: { uuid(): string };
  readonly accounts?: readonly Account[];
  /** The version that the server is; Exchange2016 unless given. */
  readonly version?: ServerVersion;
  readonly switches?: Partial<ExchangeSwitches>;
  /**
   * Called with every message. Errors in a request are answered with ErrorSchemaValidation, errors in a
   * response make `fetch` reject: then the emulator itself is wrong.
   */
  readonly validate?: (xml: string, direction: 'request' | 'response') => readonly string[];
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetFolder: getFolder,
  FindFolder: findFolder,
  SyncFolderItems: syncFolderItems,
  GetItem: getItem,
  FindItem: findItem,
  CreateItem: createItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  GetServerTimeZones: getServerTimeZones,
  ResolveNames: resolveNames,
};

/** Operations that came after Exchange 2007. */
const SINCE_2010 = new Set(['GetServerTimeZones']);

const HTML_PAGE =
  "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Our services aren't available right now</h1><p>We're working to restore all services as soon as possible.</p></body></html>";

export class ExchangeEmulator {
  readonly store: ExchangeStore;
  readonly faults = new FaultController();
  readonly userActs: UserActs;
  /** Requests by operation since the last reset; faulted ones count too. */
  readonly requests = new Map<string, number>();
  private readonly meetings: Meetings;
  private readonly accounts = new Map<string, Account>();
  private readonly options: ExchangeEmulatorOptions;
  private readonly server: ServerVersion;
  private readonly switches: ExchangeSwitches;

  constructor(options: ExchangeEmulatorOptions) {
    this.options = options;
    this.server = options.version ?? 'Exchange2016';
    this.switches = { ...DEFAULT_SWITCHES, ...options.switches };
    this.store = new ExchangeStore({ clock: options.clock, ids: options.ids, switches: this.switches });
    this.meetings = new Meetings(this.store);
    this.userActs = new UserActs(this.store, this.meetings);
    for (const account of options.accounts ?? []) this.addAccount(account);
  }

  /** Mail that left because of writes, oldest first. */
  get outbox(): readonly OutboxMail[] {
    return this.meetings.outbox;
  }

  addAccount(account: Account): void {
    this.accounts.set(account.user.toLowerCase(), account);
  }

  addMailbox(mailbox: NewMailbox): Mailbox {
    return this.store.addMailbox(mailbox);
  }

  /** A further calendar below the default one, as Outlook makes them. */
  addCalendar(address: string, name: string): Folder {
    const mailbox = this.mailbox(address);
    return this.store.addFolder(mailbox, mailbox.calendar, name, 'IPF.Appointment');
  }

  /** Throws when there is no such mailbox. */
  mailbox(address: string): Mailbox {
    const mailbox = this.store.mailbox(address);
    if (mailbox === undefined) throw new Error(`There is no mailbox ${address}`);
    return mailbox;
  }

  /** What an administrator does with Set-CalendarProcessing. */
  setCalendarProcessing(address: string, processing: Partial<CalendarProcessing>): void {
    const mailbox = this.mailbox(address);
    mailbox.processing = { ...mailbox.processing, ...processing };
  }

  /** Items of a folder, the default calendar unless given, in the order of their creation. */
  items(address: string, folder: Folder = this.mailbox(address).calendar): readonly StoredItem[] {
    return [...folder.items.values()];
  }

  resetRequests(): void {
    this.requests.clear();
  }

  /** Answers an HTTP request as IIS and EWS would. Rejects only for a `lostReply` fault or a bug of its own. */
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (!/^\/ews\/exchange\.asmx$/i.test(pathname)) return new Response('', { status: 404 });
    if (request.method !== 'POST') return new Response('', { status: 405 });
    const account = this.signIn(request);
    if (account === null) return unauthorised();
    const xml = await request.text();
    const answer = this.answer(xml, account);
    if (this.faults.now('lostReply') !== null) throw new TypeError('fetch failed');
    return answer;
  }

  private signIn(request: Request): Account | null {
    const token = /^Basic\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (token === undefined) return null;
    let text: string;
    try {
      text = new TextDecoder().decode(Uint8Array.from(atob(token), (character) => character.charCodeAt(0)));
    } catch {
      return null;
    }
    const colon = text.indexOf(':');
    const account = this.accounts.get(text.slice(0, colon).toLowerCase());
    return account !== undefined && account.password === text.slice(colon + 1) ? account : null;
  }

  private answer(xml: string, account: Account): Response {
    this.faults.end();
    try {
      const request = readEnvelope(parseXml(xml));
      const operation = request.operation.name;
      this.requests.set(operation, (this.requests.get(operation) ?? 0) + 1);
      this.faults.begin({ operation, mailbox: request.impersonates ?? account.mailbox ?? null });
      const broken = this.brokenAnswer();
      if (broken !== null) return broken;
      this.refuseInvalid(xml, request);
      this.store.touchNewItems();
      return this.xmlResponse(200, envelope(this.server, this.perform(request, account)));
    } catch (error) {
      const fault = faultOf(error);
      if (fault === null) throw error;
      return this.xmlResponse(500, faultEnvelope(fault));
    }
  }

  private refuseInvalid(xml: string, request: SoapRequest): void {
    const errors = this.options.validate?.(xml, 'request') ?? [];
    if (errors.length > 0) throw schemaViolation(errors.join(' '));
    const rank = versionRank(request.version);
    if (rank < 0 || rank > versionRank(this.server === 'Exchange2013' ? 'Exchange2013_SP1' : this.server)) {
      throw new EwsFault(
        'ErrorInvalidServerVersion',
        `The requested version ${request.version} is not supported.`,
      );
    }
  }

  /** What proxies, IIS and throttling answer before EWS looks at the request. */
  private brokenAnswer(): Response | null {
    const { faults } = this;
    const blocked = faults.now('policyBlocked');
    if (blocked !== null) {
      const reason = blocked.reason ?? 'EWS is disabled for this user or tenant';
      return new Response('', { status: 403, headers: { 'X-EWS-Policy-Reason': reason } });
    }
    if (faults.now('http401') !== null) return unauthorised();
    if (faults.now('http302') !== null) {
      return new Response('', { status: 302, headers: { Location: '/ews/genericerrorpage.htm' } });
    }
    const unavailable = faults.now('http503');
    if (unavailable !== null) return serviceUnavailable(unavailable.retryAfterSeconds);
    const html = faults.now('html');
    if (html !== null) {
      return new Response(HTML_PAGE, {
        status: html.status ?? 200,
        headers: { 'Content-Type': 'text/html' },
      });
    }
    if (faults.now('garbage') !== null) {
      return new Response('\u0001\u0002 not xml <<<', {
        headers: { 'Content-Type': 'text/xml; charset=utf-8' },
      });
    }
    const busy = faults.now('serverBusy');
    if (busy !== null) {
      const text = 'The server cannot service this request right now. Try again later.';
      throw new EwsFault('ErrorServerBusy', text, { BackOffMilliseconds: String(busy.backOffMs) });
    }
    if (faults.now('impersonationDenied') !== null) throw impersonationDenied();
    const fault = faults.now('soapFault');
    if (fault !== null) throw new EwsFault(fault.code, 'The request failed.');
    return null;
  }

  private perform(request: SoapRequest, account: Account): string {
    const { name } = request.operation;
    const operation = OPERATIONS[name];
    if (
      operation === undefined ||
      (SINCE_2010.has(name) && versionRank(this.server) < versionRank('Exchange2010'))
    ) {
      throw new EwsFault('ErrorInvalidRequest', `The request is invalid: ${name}.`);
    }
    const context: OperationContext = {
      store: this.store,
      mailbox: this.actingMailbox(request, account),
      server: this.server,
      version: request.version,
      timeZoneContext: request.timeZoneContext,
      switches: this.switches,
      meetings: this.meetings,
      faults: this.faults,
    };
    const messages = operation(request.operation, context);
    return batchResponse(name, this.faults.now('partialBatch') === null ? messages : messages.slice(0, -1));
  }

  /** Throws ErrorImpersonateUserDenied and ErrorNonExistentMailbox (Microsoft Learn, ResponseCode). */
  private actingMailbox(request: SoapRequest, account: Account): Mailbox {
    if (request.impersonates !== null && account.mayImpersonate !== true) throw impersonationDenied();
    const address = request.impersonates ?? account.mailbox;
    const mailbox = address === undefined ? undefined : this.store.mailbox(address);
    if (mailbox === undefined) {
      throw new EwsFault('ErrorNonExistentMailbox', 'No mailbox with such guid or address exists.');
    }
    return mailbox;
  }

  private xmlResponse(status: number, xml: string): Response {
    const errors = this.options.validate?.(xml, 'response') ?? [];
    if (errors.length > 0)
      throw new Error(`The emulator's answer breaks the EWS schema: ${errors.join(' ')}`);
    const body = this.faults.now('truncated') === null ? xml : xml.slice(0, Math.floor(xml.length * 0.6));
    return new Response(body, { status, headers: { 'Content-Type': 'text/xml; charset=utf-8' } });
  }
}

function impersonationDenied(): EwsFault {
  return new EwsFault(
    'ErrorImpersonateUserDenied',
    'The account does not have permission to impersonate the requested user.',
  );
}

function unauthorised(): Response {
  return new Response('', { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="exchange"' } });
}

function serviceUnavailable(retryAfterSeconds: number | undefined): Response {
  const headers = new Headers({ 'Content-Type': 'text/html' });
  if (retryAfterSeconds !== undefined) headers.set('Retry-After', String(retryAfterSeconds));
  return new Response('<h2>Service Unavailable</h2>', { status: 503, headers });
}

/** A SOAP fault for what went wrong in reading the request; null for a bug. */
function faultOf(error: unknown): EwsFault | null {
  if (error instanceof EwsFault) return error;
  // Malformed XML is refused like this (MS-OXWUMS, Malformed XML SOAP Fault).
  if (error instanceof XmlSyntaxError) return new EwsFault('ErrorInvalidRequest', 'The request is invalid.');
  return error instanceof EwsError ? new EwsFault(error.code, error.message) : null;
}

export function createExchangeEmulator(options: ExchangeEmulatorOptions): ExchangeEmulator {
  return new ExchangeEmulator(options);
}
