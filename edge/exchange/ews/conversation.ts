/**
 * The requests that we make of an EWS server, in the library's terms: one service object for one mailbox, our
 * transport below it, and every failure translated. Answers about items come back as the server wrote them.
 */
import type * as Ews from 'ews-javascript-api';
import type { Effects } from '#core/effects.ts';
import type { RequestVersion } from '#core/exchange-access.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { InvitationIntent } from '../mailbox-calendar.port.ts';
import { type Refusal, ServerRefusal } from './failures.ts';
import { faultOf } from './faults.ts';
import { type EwsLibrary, type ItemMessage, loadLibrary, type XmlWriter } from './library.ts';
import type { ServerBuild } from './server-version.ts';
import { type MailboxRoute, sendSoap } from './transport.ts';
import type { WireElement, WireField } from './wire.ts';

/** An item to be created, as elements in schema order. */
export type NewItem = readonly WireElement[];

/** Names one version of an item or of an occurrence. */
export type ItemTarget = WireElement;

/** An item or occurrence to be changed, and what to set or clear, in this order. */
export interface ItemChange {
  readonly target: ItemTarget;
  readonly fields: readonly WireField[];
}

/** Instants of xs:dateTime in UTC, at most two years apart (Microsoft Learn, CalendarView). */
export interface CalendarViewRange {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
}

/** Names an item in the version that the write is bound to. */
export function itemTarget(id: string, version: string): ItemTarget {
  return { name: 'ItemId', attributes: { Id: id, ChangeKey: version } };
}

/** `index` counts from 1, deleted occurrences too (Microsoft Learn, OccurrenceItemId). */
export function occurrenceTarget(seriesId: string, version: string, index: number): ItemTarget {
  const attributes = { RecurringMasterId: seriesId, ChangeKey: version, InstanceIndex: String(index) };
  return { name: 'OccurrenceItemId', attributes };
}

/** The requests of one mailbox. What fails rejects with RemoteFailure. */
export class Conversation {
  readonly ews: typeof Ews;
  readonly service: Ews.ExchangeService;
  /** Requests that were answered and not refused as a whole. */
  answers = 0;
  readonly library: EwsLibrary;
  readonly route: MailboxRoute;
  readonly #onAnswer: (build: ServerBuild) => void;

  /** `version`: what requests ask for. `onAnswer` is told the server's build with each answer that is no refusal. */
  static async open(
    effects: Effects,
    route: MailboxRoute,
    version: RequestVersion,
    onAnswer: (build: ServerBuild) => void,
  ): Promise<Conversation> {
    return new Conversation(await loadLibrary(), effects, route, version, onAnswer);
  }

  private constructor(
    library: EwsLibrary,
    effects: Effects,
    route: MailboxRoute,
    version: RequestVersion,
    onAnswer: (build: ServerBuild) => void,
  ) {
    const { ews } = library;
    const { server } = route;
    const service = new ews.ExchangeService(ews.ExchangeVersion[version], ews.TimeZoneInfo.Utc);
    service.Url = new ews.Uri(server.endpoint);
    // The library insists on credentials; requests are signed below it (sign-in/).
    service.Credentials = new ews.WebCredentials('unused', 'unused');
    service.XHRApi = transportOf(library, effects, route);
    if (server.impersonate !== false) {
      const { PrincipalName, SmtpAddress, SID } = ews.ConnectingIdType;
      const kinds = { address: SmtpAddress, principalName: PrincipalName, sid: SID } as const;
      service.ImpersonatedUserId = new ews.ImpersonatedUserId(kinds[server.impersonate], ownerName(route));
    }
    this.ews = ews;
    this.service = service;
    this.library = library;
    this.route = route;
    this.#onAnswer = onAnswer;
  }

  /**
   * A folder that every mailbox has. Without impersonation the mailbox is named, so that another one's sign-in never
   * reaches its own calendar.
   */
  wellKnown(name: Ews.WellKnownFolderName): Ews.FolderId {
    const { ews } = this;
    const { server, address } = this.route;
    return server.impersonate === false
      ? new ews.FolderId(name, new ews.Mailbox(address))
      : new ews.FolderId(name);
  }

  /** Whether the server is asked to behave as this version or a later one. */
  isAtLeast(version: RequestVersion): boolean {
    return this.service.RequestedServerVersion >= this.ews.ExchangeVersion[version];
  }

  /** From the ServerVersionInfo of the last answer; null where it had none. */
  get build(): ServerBuild | null {
    const {
      MajorVersion: major,
      MinorVersion: minor,
      MajorBuildNumber: build,
    } = this.service.ServerInfo ?? {};
    return major && minor !== undefined && build !== undefined ? { major, minor, build } : null;
  }

  /** Runs one request of the library and reads its result; a refusal comes out as RemoteFailure. */
  async ask<T>(request: (service: Ews.ExchangeService) => Promise<T>): Promise<T> {
    try {
      const answer = await request(this.service);
      this.answers += 1;
      const { build } = this;
      if (build !== null) this.#onAnswer(build);
      return answer;
    } catch (error) {
      if (error instanceof this.ews.ServiceResponseException) {
        throw new ServerRefusal(this.refusalOf(error.Response), { cause: error });
      }
      if (error instanceof RemoteFailure) throw error;
      // The library reads answers as if every one of them had what it should.
      const isTheirs = error instanceof this.ews.ServiceObjectPropertyException;
      const message = isTheirs ? error.Message : String(error);
      throw new RemoteFailure(failure('badAnswer', message), { cause: error });
    }
  }

  /** What a message about one item or folder says when it is no success. */
  refusalOf(message: Pick<ItemMessage, 'ErrorCode' | 'ErrorMessage' | 'ErrorDetails'>): Refusal {
    const code = message.ErrorCode === undefined ? '' : (this.ews.ServiceError[message.ErrorCode] ?? '');
    const wait = Number(message.ErrorDetails?.get('BackOffMilliseconds') ?? Number.NaN);
    const refusal = { code, text: message.ErrorMessage ?? '' };
    return Number.isFinite(wait) ? { ...refusal, waitMs: wait } : refusal;
  }

  /** GetItem: one message for each id, in order. */
  async getItems(ids: readonly string[], shape: Ews.PropertySet): Promise<readonly ItemMessage[]> {
    const { ews } = this;
    return this.ask(async (service) => {
      const request = new this.library.GetItemRequest(service, ews.ServiceErrorHandling.ReturnErrors);
      request.ItemIds.AddRange(ids.map((id) => new ews.ItemId(id)));
      request.PropertySet = shape;
      return (await request.Execute()).Responses;
    });
  }

  /**
   * FindItem with a CalendarView: what a calendar shows from one instant to another, occurrences one by one; at most
   * `limit` of it. The one message carries its RootFolder.
   */
  async viewCalendar(
    folderId: string,
    { from, to, limit }: CalendarViewRange,
    shape: Ews.PropertySet,
  ): Promise<ItemMessage | undefined> {
    const { ews } = this;
    return this.ask(async (service) => {
      const request = new this.library.FindItemRequest(service, ews.ServiceErrorHandling.ReturnErrors);
      request.ParentFolderIds.Add(new ews.FolderId(folderId));
      // As texts: the library takes dates through the zone of the process.
      const [start, end] = [from, to] as unknown as [Ews.DateTime, Ews.DateTime];
      const view = new ews.CalendarView(start, end, limit);
      view.PropertySet = shape;
      request.View = view;
      return (await request.Execute()).Responses[0];
    });
  }

  /** GetItem of items or occurrences that have no id that anybody was told: ids and versions, one message for each. */
  async identify(targets: readonly ItemTarget[]): Promise<readonly ItemMessage[]> {
    const { ews } = this;
    return this.ask(async (service) => {
      const request = new this.library.GetItemRequest(service, ews.ServiceErrorHandling.ReturnErrors);
      const list = request.ItemIds.GetEnumerator();
      list.push(...targets.map((target) => this.#written((writer) => this.#write(writer, target))));
      request.PropertySet = new ews.PropertySet(ews.BasePropertySet.IdOnly);
      return (await request.Execute()).Responses;
    });
  }

  /**
   * CreateItem of response objects (AcceptItem, …): one message for each, in order. Mail to the organiser is a matter
   * of MessageDisposition, which EWS demands of them (MS-OXWSMTGS).
   */
  async createResponses(
    responses: readonly WireElement[],
    invitations: InvitationIntent,
  ): Promise<readonly ItemMessage[]> {
    const { ews } = this;
    const { SaveOnly, SendAndSaveCopy } = ews.MessageDisposition;
    return this.ask(async (service) => {
      const request = new this.library.CreateItemRequest(service, ews.ServiceErrorHandling.ReturnErrors);
      request.Items = responses.map((each) => this.#written((writer) => this.#write(writer, each)));
      request.MessageDisposition = invitations === 'none' ? SaveOnly : SendAndSaveCopy;
      return (await request.Execute()).Responses;
    });
  }

  /** CreateItem: one message for each item, in order. */
  async createItems(
    folderId: string,
    items: readonly NewItem[],
    invitations: InvitationIntent,
  ): Promise<readonly ItemMessage[]> {
    const { ews } = this;
    const { SendToNone, SendToAllAndSaveCopy } = ews.SendInvitationsMode;
    return this.ask(async (service) => {
      const request = new this.library.CreateItemRequest(service, ews.ServiceErrorHandling.ReturnErrors);
      request.ParentFolderId = new ews.FolderId(folderId);
      request.Items = items.map((elements) =>
        this.#written((writer) => this.#writeNewItem(writer, elements)),
      );
      request.SendInvitationsMode = invitations === 'none' ? SendToNone : SendToAllAndSaveCopy;
      return (await request.Execute()).Responses;
    });
  }

  /** UpdateItem, refused by the server for items that are not in the given version any more. */
  async updateItems(
    changes: readonly ItemChange[],
    invitations: InvitationIntent,
  ): Promise<readonly ItemMessage[]> {
    const { ews } = this;
    const { SendToNone, SendToAllAndSaveCopy } = ews.SendInvitationsOrCancellationsMode;
    return this.ask(async (service) => {
      const request = new this.library.UpdateItemRequest(service, ews.ServiceErrorHandling.ReturnErrors);
      request.Items.push(
        ...changes.map((change) => this.#written((writer) => this.#writeChange(writer, change))),
      );
      request.ConflictResolutionMode = ews.ConflictResolutionMode.NeverOverwrite;
      request.SendInvitationsOrCancellationsMode = invitations === 'none' ? SendToNone : SendToAllAndSaveCopy;
      return (await request.Execute()).Responses;
    });
  }

  /** DeleteItem, to Deleted Items unless told otherwise (an occurrence goes nowhere): one message for each, in order. */
  async deleteItems(
    targets: readonly ItemTarget[],
    invitations: InvitationIntent,
    how: 'toDeletedItems' | 'forGood' = 'toDeletedItems',
  ): Promise<readonly ItemMessage[]> {
    const { ews } = this;
    const { SendToNone, SendToAllAndSaveCopy } = ews.SendCancellationsMode;
    return this.ask(async (service) => {
      const request = new this.library.DeleteItemRequest(service, ews.ServiceErrorHandling.ReturnErrors);
      const targetIds = request.ItemIds.GetEnumerator();
      targetIds.push(...targets.map((target) => this.#written((writer) => this.#write(writer, target))));
      const { MoveToDeletedItems, HardDelete } = ews.DeleteMode;
      request.DeleteMode = how === 'forGood' ? HardDelete : MoveToDeletedItems;
      request.SendCancellationsMode = invitations === 'none' ? SendToNone : SendToAllAndSaveCopy;
      return (await request.Execute()).Responses;
    });
  }

  succeeded(message: ItemMessage): boolean {
    return message.Result === this.ews.ServiceResult.Success;
  }

  /** What the library's requests want of an item: it is valid, and it writes itself. */
  #written(write: (writer: XmlWriter) => void) {
    return {
      IsNew: false,
      Validate: () => undefined,
      GetIsTimeZoneHeaderRequired: () => false,
      WriteToXml: write,
      WriteToXmlForUpdate: write,
    };
  }

  #writeNewItem(writer: XmlWriter, elements: NewItem): void {
    this.#write(writer, { name: 'CalendarItem', children: elements });
  }

  #writeChange(writer: XmlWriter, { target, fields }: ItemChange): void {
    const updates = { name: 'Updates', children: fields.map(fieldUpdate) };
    this.#write(writer, { name: 'ItemChange', children: [target, updates] });
  }

  #write(writer: XmlWriter, { name, attributes, text, children: inner }: WireElement): void {
    writer.WriteStartElement(this.ews.XmlNamespace.Types, name);
    for (const [key, value] of Object.entries(attributes ?? {})) writer.WriteAttributeValue(key, value);
    if (text !== undefined) writer.WriteValue(text, name);
    for (const element of inner ?? []) this.#write(writer, element);
    writer.WriteEndElement();
  }
}

function fieldUpdate({ path, value, append = false }: WireField): WireElement {
  const field = typeof path === 'string' ? { name: 'FieldURI', attributes: { FieldURI: path } } : path;
  if (value === null) return { name: 'DeleteItemField', children: [field] };
  const name = append ? 'AppendToItemField' : 'SetItemField';
  return { name, children: [field, { name: 'CalendarItem', children: [value] }] };
}

/** How the server is told whose mailbox it is. */
function ownerName({ server, address }: MailboxRoute): string {
  if (server.impersonate === 'address') return address;
  if (server.actAs !== undefined) return server.actAs;
  if (server.impersonate === 'principalName') return address;
  throw new RemoteFailure(failure('impersonationDenied', 'no SID was entered for this mailbox'));
}

function transportOf(library: EwsLibrary, effects: Effects, route: MailboxRoute): Ews.IXHRApi {
  return {
    apiName: 'effects',
    async xhr({ data }) {
      const answer = await sendSoap(effects, route, String(data));
      if (answer.kind === 'fault') throw faultOf(library, answer.xml);
      return { status: 200, responseText: answer.xml } as Awaited<ReturnType<Ews.IXHRApi['xhr']>>;
    },
    xhrStream: () => Promise.reject(new Error('no streaming')),
    disconnect: () => undefined,
  };
}
