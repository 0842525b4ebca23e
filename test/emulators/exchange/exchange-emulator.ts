/**
 * An Exchange server's web services, in process: `fetch` answers POST /EWS/Exchange.asmx and /autodiscover. Written from
 * Microsoft's documentation and schema, never from what a client happens to send. It is deterministic (time and
 * ids come in) and settles on microtasks only, unless answers are told to take their time.
 */
import type { AutodiscoverOptions, Referral } from './autodiscover.ts';
import { answerAutodiscover, DEFAULT_AUTODISCOVER } from './autodiscover.ts';
import type { CalendarProcessing } from './calendar-processing.ts';
import { EwsError, EwsFault, schemaViolation } from './errors.ts';
import { FaultController } from './faults.ts';
import type { OutboxMail } from './meetings.ts';
import { Meetings } from './meetings.ts';
import type { Folder, Mailbox, StoredItem } from './model.ts';
import { NOTIFICATION_OPERATIONS, Notifications } from './notifications/notifications.ts';
import { folderOf, type Operation, type OperationContext } from './operation.ts';
import { createItem } from './operations/create-item.ts';
import { deleteItem } from './operations/delete-item.ts';
import { getServerTimeZones, resolveNames } from './operations/directory.ts';
import { findItem } from './operations/find-item.ts';
import { findFolder, getFolder } from './operations/folders.ts';
import { getItem } from './operations/get-item.ts';
import { getRoomLists, getRooms, type RoomList, type SingleOperation } from './operations/room-lists.ts';
import { syncFolderItems } from './operations/sync-folder-items.ts';
import { updateItem } from './operations/update-item.ts';
import { type LoadClock, type Present, ServerLoad } from './server-load.ts';
import type { Account, Caller, SignInOptions } from './sign-in.ts';
import { SignInDesk } from './sign-in.ts';
import type { SoapRequest } from './soap.ts';
import { batchResponse, envelope, faultEnvelope, readEnvelope, singleResponse } from './soap.ts';
import type { NewMailbox } from './store.ts';
import { ExchangeStore } from './store.ts';
import type { ExchangeSwitches, ServerVersion } from './switches.ts';
import { DEFAULT_SWITCHES, versionRank } from './switches.ts';
import { UserActs } from './user-acts.ts';
import { refuseByVersion } from './version-gate.ts';
import { parseXml, type XmlElement, XmlSyntaxError } from './xml.ts';

export interface ExchangeEmulatorOptions {
  /** `sleep` is for answers that take their time: see ServerLoad. */
  readonly clock: LoadClock;
  readonly ids: { uuid(): string };
  readonly accounts?: readonly Account[];
  /** What the server lets people sign in with; Basic unless given. */
  readonly signIn?: SignInOptions;
  /** The version that the server is; Exchange2016 unless given. */
  readonly version?: ServerVersion;
  readonly switches?: Partial<ExchangeSwitches>;
  readonly autodiscover?: Partial<AutodiscoverOptions>;
  /**
   * Called with every message. Errors in a request are answered with ErrorSchemaValidation, errors in a
   * response make `fetch` reject: then the emulator itself is wrong.
   */
  readonly validate?: (xml: string, direction: 'request' | 'response') => readonly string[];
  /** How the server reaches the URLs of push subscriptions; without it, it reaches none. */
  readonly send?: (request: Request) => Promise<Response>;
  /** Notifications are told as the clock goes on (it has to have `sleep`); else only by `notifications.run`. */
  readonly notifiesOnClock?: boolean;
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

const SINGLE_OPERATIONS: Readonly<Record<string, SingleOperation>> = {
  GetRoomLists: getRoomLists,
  GetRooms: getRooms,
};

const HTML_PAGE =
  "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Our services aren't available right now</h1><p>We're working to restore all services as soon as possible.</p></body></html>";

export class ExchangeEmulator {
  readonly store: ExchangeStore;
  readonly faults = new FaultController();
  readonly userActs: UserActs;
  /** Requests by operation since the last reset; faulted ones count too. */
  readonly requests = new Map<string, number>();
  /** What the server bears, and what came. */
  readonly load: ServerLoad;
  /** Where Autodiscover sends whoever asks for one of these addresses, in lower case. */
  readonly referrals = new Map<string, Referral>();
  /** An administrator may change it. */
  roomLists: readonly RoomList[] = [];
  /** What sends mail; the Graph face of the same mailboxes sends it through this one too. */
  readonly meetings: Meetings;
  /** Push and streaming. */
  readonly notifications: Notifications;
  private readonly desk: SignInDesk;
  private readonly options: ExchangeEmulatorOptions;
  private server: ServerVersion;
  readonly switches: ExchangeSwitches;

  constructor(options: ExchangeEmulatorOptions) {
    this.options = options;
    this.server = options.version ?? 'Exchange2016';
    this.switches = { ...DEFAULT_SWITCHES, ...options.switches };
    this.load = new ServerLoad(options.clock);
    this.desk = new SignInDesk(options.clock, options.signIn);
    this.store = new ExchangeStore({ clock: options.clock, ids: options.ids, switches: this.switches });
    this.meetings = new Meetings(this.store);
    this.userActs = new UserActs(this.store, this.meetings);
    this.notifications = new Notifications({
      store: this.store,
      clock: options.clock,
      version: () => this.server,
      send: options.send ?? null,
      onClock: options.notifiesOnClock ?? false,
      validate: (xml) => options.validate?.(xml, 'response') ?? [],
    });
    for (const account of options.accounts ?? []) this.addAccount(account);
  }

  /** Mail that left because of writes, oldest first. */
  get outbox(): readonly OutboxMail[] {
    return this.meetings.outbox;
  }

  addAccount(account: Account): void {
    this.desk.add(account);
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

  /** The server is another version from now on. */
  upgrade(version: ServerVersion): void {
    this.server = version;
  }

  resetRequests(): void {
    this.requests.clear();
  }

  /**
   * Answers an HTTP request as IIS and EWS would. `connection`: what the request came on, for sign-ins that belong to
   * it. Rejects only for a `lostReply` fault or a bug of its own.
   */
  async fetch(request: Request, connection: object = request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const discovered = await answerAutodiscover(this.autodiscover(), request, connection);
    if (discovered !== null) return discovered;
    if (!/^\/ews\/exchange\.asmx$/i.test(pathname)) return new Response('', { status: 404 });
    this.load.connect();
    // IIS asks for the sign-in before EWS sees the method.
    const caller = this.desk.receive(request, connection);
    if (caller instanceof Response) return caller;
    if (request.method !== 'POST') return new Response('', { status: 405 });
    const xml = await request.text();
    return this.load.during(caller.account, xml, (present) => {
      const answer = this.answer(xml, caller, present, request);
      if (this.faults.now('lostReply') !== null) throw new TypeError('fetch failed');
      return answer;
    });
  }

  private autodiscover() {
    return {
      version: this.server,
      options: { ...DEFAULT_AUTODISCOVER, ...this.options.autodiscover },
      referrals: this.referrals,
      signIn: (request: Request, connection: object) => this.desk.receive(request, connection),
      hasMailbox: (address: string) => this.store.mailbox(address) !== undefined,
    };
  }

  private answer(xml: string, caller: Caller, present: Present, http: Request): Response {
    this.faults.end();
    try {
      const root = parseXml(xml);
      const request = readEnvelope(root);
      const operation = request.operation.name;
      this.requests.set(operation, (this.requests.get(operation) ?? 0) + 1);
      this.faults.begin({ operation, mailbox: request.impersonates ?? caller.mailbox ?? null });
      const broken = this.brokenAnswer();
      if (broken !== null) return broken;
      const retryAfterSeconds = this.load.unavailable();
      if (retryAfterSeconds !== null) return serviceUnavailable(retryAfterSeconds);
      this.load.refuse(present, xml);
      this.refuseInvalid(xml, root, request);
      this.store.touchNewItems();
      if (NOTIFICATION_OPERATIONS.has(operation)) return this.notify(request, caller, http);
      return this.xmlResponse(200, envelope(this.server, this.perform(request, caller)));
    } catch (error) {
      const fault = faultOf(error);
      if (fault === null) throw error;
      return this.xmlResponse(500, faultEnvelope(fault));
    }
  }

  private refuseInvalid(xml: string, root: XmlElement, { version }: SoapRequest): void {
    const errors = this.options.validate?.(xml, 'request') ?? [];
    if (errors.length > 0) throw schemaViolation(errors.join(' '));
    refuseByVersion(root, version, this.server);
  }

  /** What proxies, IIS and throttling answer before EWS looks at the request. */
  private brokenAnswer(): Response | null {
    const { faults } = this;
    const blocked = faults.now('policyBlocked');
    if (blocked !== null) {
      const reason = blocked.reason ?? 'EWS is disabled for this user or tenant';
      return new Response('', { status: 403, headers: { 'X-EWS-Policy-Reason': reason } });
    }
    if (faults.now('http401') !== null) return this.desk.unauthorised();
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

  private perform(request: SoapRequest, caller: Caller): string {
    const { name } = request.operation;
    const single = SINGLE_OPERATIONS[name];
    if (single !== undefined) {
      this.actingMailbox(request, caller);
      return singleResponse(name, () => single(request.operation, this.store, this.roomLists));
    }
    const operation = OPERATIONS[name];
    if (operation === undefined) {
      throw new EwsFault('ErrorInvalidRequest', `The request is invalid: ${name}.`);
    }
    const messages = operation(request.operation, this.contextOf(request, caller));
    return batchResponse(name, this.faults.now('partialBatch') === null ? messages : messages.slice(0, -1));
  }

  private contextOf(request: SoapRequest, caller: Caller): OperationContext {
    return {
      store: this.store,
      mailbox: this.actingMailbox(request, caller),
      mayOpen: ({ address }) => request.impersonates === null && opens(caller, address),
      server: this.server,
      version: request.version,
      timeZoneContext: request.timeZoneContext,
      switches: this.switches,
      meetings: this.meetings,
      faults: this.faults,
    };
  }

  private notify(request: SoapRequest, caller: Caller, { headers, signal }: Request): Response {
    const context = this.contextOf(request, caller);
    const { operation } = request;
    const { cookies, content } = this.notifications.answer({
      ...{ operation, headers, signal, account: caller.account, acting: context.mailbox },
      isImpersonating: request.impersonates !== null,
      folderOf: (element) => folderOf(element, context),
    });
    const answer =
      typeof content === 'string'
        ? this.xmlResponse(200, envelope(this.server, batchResponse(operation.name, [content])))
        : new Response(content, { headers: { 'Content-Type': 'text/xml; charset=utf-8' } });
    for (const cookie of cookies) answer.headers.append('Set-Cookie', cookie);
    return answer;
  }

  /** Throws ErrorImpersonateUserDenied and ErrorNonExistentMailbox (Microsoft Learn, ResponseCode). */
  private actingMailbox(request: SoapRequest, caller: Caller): Mailbox {
    if (request.impersonates !== null && !caller.mayImpersonate) throw impersonationDenied();
    // Exchange Online says so to applications; no source gives the code (seen in Microsoft Q&A).
    if (request.impersonates === null && caller.isApplication) {
      const text = 'ExchangeImpersonation SOAP header must be present for this type of OAuth token.';
      throw new EwsFault('ErrorImpersonationRequired', text);
    }
    const address = request.impersonates ?? caller.mailbox;
    const mailbox = address === undefined ? undefined : this.store.mailbox(address);
    if (mailbox === undefined) {
      throw new EwsFault('ErrorNonExistentMailbox', 'No mailbox with such guid or address exists.');
    }
    const { livesOn } = mailbox;
    if (livesOn !== null && versionRank(request.version) > versionRank(livesOn)) {
      const text = `The mailbox does not support ${request.version}.`;
      throw new EwsFault('ErrorInvalidSchemaVersionForMailboxVersion', text);
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

function opens({ opens: others }: Caller, address: string): boolean {
  return others.some((other) => other.toLowerCase() === address.toLowerCase());
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
