/**
 * A test-only EWS client of hand-written SOAP, which plays Outlook and reads calendars back. It shares no code
 * with the product, so that product and tests cannot share one misreading of the protocol.
 */
import { XMLParser } from 'fast-xml-parser';
import type { NewRawEvent, RawItem, RawItemId, RawStamp } from './exchange-item.ts';
import { el, extendedUri, fieldsOf, itemId, rawItem, removedFields, textOf } from './exchange-item.ts';
import type { XmlTree } from './xml-tree.ts';
import { attribute, child, children, encodeXml, treeOf } from './xml-tree.ts';

export type * from './exchange-item.ts';
export type { RawRecurrence } from './exchange-recurrence.ts';

export interface RawCalendar {
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly canWrite: boolean;
  readonly count: number;
}

/** An item or an operation was refused with this response code. */
export class RawEwsError extends Error {
  readonly code: string;
  constructor(code: string, text: string) {
    super(`${code}: ${text}`);
    this.code = code;
  }
}

export interface RawExchangeOptions {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Address of /EWS/Exchange.asmx. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly impersonate?: string;
  /** RequestServerVersion; Exchange2013 unless given. */
  readonly version?: string;
  /** Windows id sent as TimeZoneContext; none unless given. */
  readonly timeZoneContext?: string;
}

export type RawSend = 'SendToNone' | 'SendOnlyToAll' | 'SendToAllAndSaveCopy' | 'SendOnlyToChanged';

export interface RawChanges {
  readonly created: readonly RawItemId[];
  readonly updated: readonly RawItemId[];
  readonly deleted: readonly string[];
  readonly state: string;
  readonly isLast: boolean;
}

/** An occurrence is named by its id, or by its series and its number from 1. */
export type RawTarget =
  | RawItemId
  | { readonly seriesId: string; readonly changeKey: string; readonly index: number };

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  removeNSPrefix: true,
});

function targetXml(target: RawTarget): string {
  if ('id' in target)
    return `<t:ItemId Id="${encodeXml(target.id)}" ChangeKey="${encodeXml(target.changeKey)}"/>`;
  return `<t:OccurrenceItemId RecurringMasterId="${encodeXml(target.seriesId)}" ChangeKey="${encodeXml(target.changeKey)}" InstanceIndex="${target.index}"/>`;
}

const ALL_OF_IT =
  '<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:BodyType>Text</t:BodyType></m:ItemShape>';
const ID_ONLY = '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>';

export class RawExchangeClient {
  private readonly options: RawExchangeOptions;

  constructor(options: RawExchangeOptions) {
    this.options = options;
  }

  /** The default calendar first. */
  async listCalendars(): Promise<readonly RawCalendar[]> {
    const shape = '<m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape>';
    const byName = await this.call(
      `<m:GetFolder>${shape}<m:FolderIds><t:DistinguishedFolderId Id="calendar"/></m:FolderIds></m:GetFolder>`,
    );
    const standard = attribute(child(child(byName[0], 'Folders')?.children[0], 'FolderId'), 'Id');
    const found = await this.call(
      `<m:FindFolder Traversal="Deep">${shape}<m:ParentFolderIds><t:DistinguishedFolderId Id="msgfolderroot"/></m:ParentFolderIds></m:FindFolder>`,
    );
    const folders = children(child(child(found[0], 'RootFolder'), 'Folders'), 'CalendarFolder');
    const calendars = folders.map((folder) => ({
      id: attribute(child(folder, 'FolderId'), 'Id'),
      name: textOf(folder, 'DisplayName'),
      isDefault: attribute(child(folder, 'FolderId'), 'Id') === standard,
      canWrite: textOf(child(folder, 'EffectiveRights'), 'CreateContents') === 'true',
      count: Number(textOf(folder, 'TotalCount')),
    }));
    return calendars.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  }

  /** What a calendar shows from `from` to `to` (xs:dateTime): singles, occurrences and exceptions. */
  async listEvents(folderId: string, from: string, to: string): Promise<readonly RawItem[]> {
    const found = await this.call(
      `<m:FindItem Traversal="Shallow">${ID_ONLY}<m:CalendarView StartDate="${from}" EndDate="${to}"/><m:ParentFolderIds>${this.folder(folderId)}</m:ParentFolderIds></m:FindItem>`,
    );
    const items = children(child(child(found[0], 'RootFolder'), 'Items'), 'CalendarItem');
    return this.getMany(items.map((item) => itemId(item).id));
  }

  /** Every master and single of the folder. */
  async listItems(folderId = 'calendar'): Promise<readonly RawItem[]> {
    const ids: string[] = [];
    let state: string | undefined;
    for (let page = 0; page < 1000; page++) {
      const changes = await this.sync(folderId, state);
      ids.push(...changes.created.map(({ id }) => id));
      state = changes.state;
      if (changes.isLast) return this.getMany(ids);
    }
    throw new Error('SyncFolderItems does not come to an end');
  }

  async sync(folderId: string, state?: string, limit = 512): Promise<RawChanges> {
    const stateXml = state === undefined ? '' : `<m:SyncState>${encodeXml(state)}</m:SyncState>`;
    const [message] = await this.call(
      `<m:SyncFolderItems>${ID_ONLY}<m:SyncFolderId>${this.folder(folderId)}</m:SyncFolderId>${stateXml}<m:MaxChangesReturned>${limit}</m:MaxChangesReturned></m:SyncFolderItems>`,
    );
    const changes = child(message, 'Changes');
    const of = (kind: string): RawItemId[] =>
      children(changes, kind).map((change) => itemId(change.children[0]));
    return {
      created: of('Create'),
      updated: of('Update'),
      deleted: children(changes, 'Delete').map((change) => itemId(change).id),
      state: textOf(message, 'SyncState'),
      isLast: textOf(message, 'IncludesLastItemInRange') === 'true',
    };
  }

  /** Throws RawEwsError. The body comes as text. */
  async get(id: string): Promise<RawItem> {
    const [item] = await this.getMany([id]);
    if (item === undefined) throw new RawEwsError('NoItem', 'The answer holds no item');
    return item;
  }

  /** The occurrence of a series by its number from 1. */
  async getOccurrence(seriesId: string, index: number): Promise<RawItem> {
    const [message] = await this.call(
      `<m:GetItem>${ALL_OF_IT}<m:ItemIds><t:OccurrenceItemId RecurringMasterId="${encodeXml(seriesId)}" InstanceIndex="${index}"/></m:ItemIds></m:GetItem>`,
    );
    return rawItem(child(message, 'Items')?.children[0] ?? treeOf([]));
  }

  async getMany(ids: readonly string[]): Promise<readonly RawItem[]> {
    const items: RawItem[] = [];
    for (let at = 0; at < ids.length; at += 100) {
      const each = ids.slice(at, at + 100).map((id) => `<t:ItemId Id="${encodeXml(id)}"/>`);
      const messages = await this.call(
        `<m:GetItem>${ALL_OF_IT}<m:ItemIds>${each.join('')}</m:ItemIds></m:GetItem>`,
      );
      for (const message of messages) {
        const item = child(message, 'Items')?.children[0];
        if (item !== undefined) items.push(rawItem(item));
      }
    }
    return items;
  }

  /** Into the default calendar unless another folder is given; nobody gets mail unless `send` says so. */
  async create(event: NewRawEvent, folderId = 'calendar', send: RawSend = 'SendToNone'): Promise<RawItemId> {
    const fields = fieldsOf(event, this.is2007).map(([, xml]) => xml);
    const [message] = await this.call(
      `<m:CreateItem SendMeetingInvitations="${send}"><m:SavedItemFolderId>${this.folder(folderId)}</m:SavedItemFolderId><m:Items><t:CalendarItem>${fields.join('')}</t:CalendarItem></m:Items></m:CreateItem>`,
    );
    return itemId(child(message, 'Items')?.children[0]);
  }

  /** `recurrence: null` makes a single of a series; empty lists and an empty location are removed. */
  async update(
    target: RawTarget,
    changes: Partial<NewRawEvent>,
    send: RawSend = 'SendToNone',
    conflict: 'NeverOverwrite' | 'AutoResolve' | 'AlwaysOverwrite' = 'AlwaysOverwrite',
  ): Promise<RawItemId> {
    const sets = fieldsOf(changes, this.is2007).map(
      ([uri, xml]) => `<t:SetItemField>${uri}<t:CalendarItem>${xml}</t:CalendarItem></t:SetItemField>`,
    );
    const removes = removedFields(changes).map(
      (uri) => `<t:DeleteItemField><t:FieldURI FieldURI="${uri}"/></t:DeleteItemField>`,
    );
    const [message] = await this.call(
      `<m:UpdateItem ConflictResolution="${conflict}" SendMeetingInvitationsOrCancellations="${send}"><m:ItemChanges><t:ItemChange>${targetXml(target)}<t:Updates>${sets.join('')}${removes.join('')}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    return itemId(child(message, 'Items')?.children[0]);
  }

  async delete(
    target: RawTarget,
    how: 'MoveToDeletedItems' | 'HardDelete' = 'MoveToDeletedItems',
    send: RawSend = 'SendToNone',
  ): Promise<void> {
    await this.call(
      `<m:DeleteItem DeleteType="${how}" SendMeetingCancellations="${send}"><m:ItemIds>${targetXml(target)}</m:ItemIds></m:DeleteItem>`,
    );
  }

  /** Answers an invitation; the organiser gets mail unless `disposition` is SaveOnly. */
  async respond(
    meeting: RawItemId,
    response: 'AcceptItem' | 'TentativelyAcceptItem' | 'DeclineItem',
    disposition: 'SendAndSaveCopy' | 'SendOnly' | 'SaveOnly' = 'SendAndSaveCopy',
  ): Promise<void> {
    const reference = `<t:ReferenceItemId Id="${encodeXml(meeting.id)}" ChangeKey="${encodeXml(meeting.changeKey)}"/>`;
    await this.call(
      `<m:CreateItem MessageDisposition="${disposition}"><m:Items><t:${response}>${reference}</t:${response}></m:Items></m:CreateItem>`,
    );
  }

  /** Items of a folder that carry one of the stamps. */
  async findByStamp(stamps: readonly RawStamp[], folderId = 'calendar'): Promise<readonly RawItemId[]> {
    const each = stamps.map(
      (stamp) =>
        `<t:IsEqualTo>${extendedUri(stamp)}<t:FieldURIOrConstant><t:Constant Value="${encodeXml(stamp.value)}"/></t:FieldURIOrConstant></t:IsEqualTo>`,
    );
    const restriction = each.length === 1 ? each.join('') : `<t:Or>${each.join('')}</t:Or>`;
    const [message] = await this.call(
      `<m:FindItem Traversal="Shallow">${ID_ONLY}<m:IndexedPageItemView MaxEntriesReturned="100" Offset="0" BasePoint="Beginning"/><m:Restriction>${restriction}</m:Restriction><m:ParentFolderIds>${this.folder(folderId)}</m:ParentFolderIds></m:FindItem>`,
    );
    return children(child(child(message, 'RootFolder'), 'Items'), 'CalendarItem').map((item) => itemId(item));
  }

  /**
   * Sends one operation and answers its response messages. Throws RawEwsError for a SOAP fault and for the
   * first message that is no success, Error for an HTTP status that carries no SOAP.
   */
  async call(operation: string): Promise<readonly XmlTree[]> {
    const response = await this.send(operation);
    const text = await response.text();
    const isXml = response.headers.get('content-type')?.startsWith('text/xml') === true;
    if (!isXml) throw new Error(`HTTP ${response.status}`);
    const body = child(child(treeOf(parser.parse(text)), 'Envelope'), 'Body');
    const fault = child(body, 'Fault');
    if (fault !== undefined) {
      throw new RawEwsError(textOf(child(fault, 'detail'), 'ResponseCode'), textOf(fault, 'faultstring'));
    }
    const messages = child(body?.children[0], 'ResponseMessages')?.children ?? [];
    for (const message of messages) {
      if (attribute(message, 'ResponseClass') !== 'Success') {
        throw new RawEwsError(textOf(message, 'ResponseCode'), textOf(message, 'MessageText'));
      }
    }
    return messages;
  }

  /** The HTTP answer as it is, for tests of faults. */
  send(operation: string): Promise<Response> {
    const { fetch, url, user, password } = this.options;
    const credentials = btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)));
    const request = new Request(url, {
      method: 'POST',
      headers: { 'Content-Type': 'text/xml; charset=utf-8', Authorization: `Basic ${credentials}` },
      body: this.envelope(operation),
    });
    return fetch(request);
  }

  private envelope(operation: string): string {
    const { impersonate, version = 'Exchange2013', timeZoneContext } = this.options;
    const sid =
      impersonate === undefined
        ? ''
        : `<t:ExchangeImpersonation><t:ConnectingSID>${el('PrimarySmtpAddress', impersonate)}</t:ConnectingSID></t:ExchangeImpersonation>`;
    const zone =
      timeZoneContext === undefined
        ? ''
        : `<t:TimeZoneContext><t:TimeZoneDefinition Id="${encodeXml(timeZoneContext)}"/></t:TimeZoneContext>`;
    return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><soap:Header><t:RequestServerVersion Version="${version}"/>${sid}${zone}</soap:Header><soap:Body>${operation}</soap:Body></soap:Envelope>`;
  }

  private get is2007(): boolean {
    return this.options.version?.startsWith('Exchange2007') === true;
  }

  /** A distinguished name or an id. */
  private folder(id: string): string {
    const isName = id === 'calendar' || id === 'deleteditems' || id === 'msgfolderroot';
    return `<t:${isName ? 'DistinguishedFolderId' : 'FolderId'} Id="${encodeXml(id)}"/>`;
  }
}
