/**
 * The one door to ews-javascript-api: it loads the library lazily and once (about 200 ms of CPU that no start-up
 * should pay), and mends in one place what is wrong with it for us:
 *
 * - it writes texts and attributes without escaping them: every value passes `escapeText`/`escapeAttribute`;
 * - it parses its own request a second time, prints to the console on garbage, never settles when the answer to
 *   an error is no XML, and hides our failures in its own: one exchange of a request is done here instead;
 * - its parser can be kept busy for hours by markup that no answer has: that is refused first (markup-limits.ts);
 * - it trims every text that it reads: bodies get a guard at both edges (`EDGE`);
 * - it writes extended properties with a function that Node has dropped: named properties are written here.
 */
import type * as Ews from 'ews-javascript-api';
import { failure, RemoteFailure } from '#core/failure.ts';
import { refuseUnlikelyMarkup } from './markup-limits.ts';
import { EDGE, escapeAttribute, escapeText } from './text.ts';
import { child, children, textOf } from './wire.ts';

/** An element of an answer as the library's xml2JsObject makes it: text, attributes and children under local names. */
export type WireNode =
  | string
  | null
  | undefined
  | { readonly [name: string]: WireNode | readonly WireNode[] };

/** The part of the library's XML writer that we use ourselves. `namespace` is a value of `XmlNamespace`. */
export interface XmlWriter {
  WriteStartElement(namespace: number, name: string): void;
  WriteEndElement(): void;
  WriteAttributeValue(name: string, value: string): void;
  WriteValue(text: string, name: string): void;
}

/** One answer message among several, with the content of its `Items` as it came. */
export interface ItemMessage {
  readonly Result: number;
  readonly ErrorCode: number | undefined;
  readonly ErrorMessage: string | null | undefined;
  readonly ErrorDetails: { get(name: string): string | undefined } | null;
  /** Of a search: its RootFolder. */
  readonly items: WireNode;
}

interface ItemRequest {
  Execute(): Promise<{ readonly Responses: readonly ItemMessage[] }>;
}

export interface GetItemRequest extends ItemRequest {
  /** The list itself, into which anything can be put that writes itself. */
  readonly ItemIds: { AddRange(ids: readonly unknown[]): void; GetEnumerator(): unknown[] };
  PropertySet: unknown;
}

export interface CreateItemRequest extends ItemRequest {
  ParentFolderId: unknown;
  Items: readonly unknown[];
  MessageDisposition: number | null;
  SendInvitationsMode: number;
}

export interface UpdateItemRequest extends ItemRequest {
  readonly Items: unknown[];
  ConflictResolutionMode: number;
  SendInvitationsOrCancellationsMode: number;
}

export interface DeleteItemRequest extends ItemRequest {
  /** The list itself, into which anything can be put that writes itself. */
  readonly ItemIds: { GetEnumerator(): unknown[] };
  DeleteMode: number;
  SendCancellationsMode: number;
}

export interface FindItemRequest extends ItemRequest {
  readonly ParentFolderIds: { Add(folder: unknown): void };
  View: unknown;
}

/** A request whose answer goes on: only its text is made here (hanging.ts sends it). */
interface StreamingEventsRequest {
  BuildXHR(): { readonly data?: unknown };
}

type StreamingEventsRequestClass = new (
  service: Ews.ExchangeService,
  handler: () => void,
  subscriptionIds: readonly string[],
  minutes: number,
) => StreamingEventsRequest;

interface UnsubscribeRequest {
  SubscriptionId: string;
  Execute(): Promise<unknown>;
}

type UnsubscribeRequestClass = new (service: Ews.ExchangeService) => UnsubscribeRequest;

type RequestClass<T> = new (service: Ews.ExchangeService, errorHandling: number) => T;

/** The library with requests whose answers keep the items as they came. */
export interface EwsLibrary {
  readonly ews: typeof Ews;
  readonly GetItemRequest: RequestClass<GetItemRequest>;
  readonly CreateItemRequest: RequestClass<CreateItemRequest>;
  readonly UpdateItemRequest: RequestClass<UpdateItemRequest>;
  readonly DeleteItemRequest: RequestClass<DeleteItemRequest>;
  readonly FindItemRequest: RequestClass<FindItemRequest>;
  readonly GetStreamingEventsRequest: StreamingEventsRequestClass;
  readonly UnsubscribeRequest: UnsubscribeRequestClass;
  /** An XML text as the library reads answers. Throws on anything that is not well-formed. */
  parse(xml: string): WireNode;
}

/** What the library's own declarations leave out because it calls it internal. */
interface Internals {
  readonly EwsLogging: { Log(): void; Assert(): void; DebugLog(): void };
  readonly EwsServiceXmlWriter: {
    prototype: {
      WriteValue(text: unknown, name: string): void;
      WriteAttributeString(...values: unknown[]): void;
    };
  };
  readonly ExtendedPropertyDefinition: {
    prototype: { WriteAttributesToXml(this: Ews.ExtendedPropertyDefinition, writer: XmlWriter): void };
  };
  readonly SimpleServiceRequestBase: { prototype: { InternalExecute(this: OneRequest): Promise<unknown> } };
  readonly DOMParser: new (options: {
    errorHandler: (level: string, message: string) => void;
  }) => {
    parseFromString(xml: string, type: string): XmlDocument;
  };
  readonly xml2JsObject: new () => { parseXMLNode(node: unknown, soap: boolean): WireNode };
  readonly ServiceResponse: new () => {
    ReadElementsFromXmlJsObject(message: MessageParts): void;
  };
  readonly GetItemRequest: RequestClass<GetItemRequest>;
  readonly CreateItemRequest: RequestClass<CreateItemRequest>;
  readonly UpdateItemRequest: RequestClass<UpdateItemRequest>;
  readonly DeleteItemRequest: RequestClass<DeleteItemRequest>;
  readonly FindItemRequest: RequestClass<FindItemRequest>;
  readonly GetStreamingEventsRequest: StreamingEventsRequestClass;
  readonly UnsubscribeRequest: UnsubscribeRequestClass;
}

interface MessageParts {
  readonly Items?: WireNode;
  readonly RootFolder?: WireNode;
}

interface OneRequest {
  readonly Service: Ews.ExchangeService;
  Validate(): void;
  BuildXHR(): Parameters<Ews.IXHRApi['xhr']>[0];
  ReadResponsePrivate(answer: unknown, parsed: WireNode): unknown;
  GetResponseXmlElementName(): string;
  /** Of requests whose answer is a list of messages. */
  GetResponseMessageXmlElementName?(): string;
  GetExpectedResponseMessageCount?(): number;
}

interface XmlDocument {
  readonly documentElement: unknown;
  getElementsByTagNameNS(namespace: string, name: string): ArrayLike<{ textContent: string | null }>;
}

const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';

let loading: Promise<EwsLibrary> | undefined;

/** The mended library. The first call loads it; a failed load is tried again by the next call. */
export function loadLibrary(): Promise<EwsLibrary> {
  loading ??= import('ews-javascript-api').then(mend).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

function mend(module: typeof Ews): EwsLibrary {
  const internals = module as unknown as Internals;
  const parse = (xml: string): WireNode => parseStrictly(internals, xml);
  escapeEverything(internals.EwsServiceXmlWriter.prototype);
  const silent = (): void => undefined;
  Object.assign(internals.EwsLogging, { Log: silent, Assert: silent, DebugLog: silent });
  internals.ExtendedPropertyDefinition.prototype.WriteAttributesToXml = function writeNamedProperty(writer) {
    writer.WriteAttributeValue('PropertySetId', String(this.PropertySetId));
    writer.WriteAttributeValue('PropertyName', this.Name);
    writer.WriteAttributeValue('PropertyType', module.MapiPropertyType[this.MapiType]);
  };
  internals.SimpleServiceRequestBase.prototype.InternalExecute = async function exchangeOnce() {
    this.Validate();
    const answer = await this.Service.XHRApi.xhr(this.BuildXHR());
    try {
      const parsed = parse(answer.responseText);
      refuseOtherCount(parsed, this);
      return this.ReadResponsePrivate(answer, parsed);
    } catch (error) {
      if (error instanceof RemoteFailure) throw error;
      const text = error instanceof Error ? error.message : String(error);
      throw new RemoteFailure(failure('badAnswer', text), { cause: error });
    }
  };
  class ItemsAsTheyCame extends internals.ServiceResponse {
    items: WireNode = null;
    override ReadElementsFromXmlJsObject({ Items, RootFolder }: MessageParts): void {
      this.items = Items ?? RootFolder;
    }
  }
  const keepItems = <T>(request: RequestClass<T>): RequestClass<T> => {
    const Base = request as RequestClass<object>;
    class Keeping extends Base {
      CreateServiceResponse(): ItemsAsTheyCame {
        return new ItemsAsTheyCame();
      }
    }
    return Keeping as unknown as RequestClass<T>;
  };
  return {
    ews: module,
    GetItemRequest: keepItems(internals.GetItemRequest),
    CreateItemRequest: keepItems(internals.CreateItemRequest),
    UpdateItemRequest: keepItems(internals.UpdateItemRequest),
    DeleteItemRequest: keepItems(internals.DeleteItemRequest),
    FindItemRequest: keepItems(internals.FindItemRequest),
    GetStreamingEventsRequest: internals.GetStreamingEventsRequest,
    UnsubscribeRequest: internals.UnsubscribeRequest,
    parse,
  };
}

/**
 * One message for each thing that was asked for: of more or fewer nobody can say which belongs to which. The library
 * passes over more, and fails on fewer without saying so.
 */
function refuseOtherCount(parsed: WireNode, request: OneRequest): void {
  const name = request.GetResponseMessageXmlElementName?.();
  const expected = request.GetExpectedResponseMessageCount?.();
  if (name === undefined || expected === undefined) return;
  const response = child(child(parsed, 'Body'), request.GetResponseXmlElementName());
  const messages = children(child(response, 'ResponseMessages'), name);
  if (messages.length === expected) return;
  const said = [...new Set(messages.map((message) => textOf(message, 'ResponseCode')))].join(' ');
  const detail = `${messages.length} answers to ${expected} questions ${said}`;
  throw new RemoteFailure(failure('badAnswer', detail));
}

/** Marks a mended writer: this module may be evaluated again beside the same library, and must not escape twice. */
const MENDED = Symbol.for('calendar-connector-for-exchange.mended');

function escapeEverything(writer: Internals['EwsServiceXmlWriter']['prototype']): void {
  if (Object.hasOwn(writer, MENDED)) return;
  Object.defineProperty(writer, MENDED, { value: true });
  const { WriteValue, WriteAttributeString } = writer;
  writer.WriteValue = function writeEscaped(text, name) {
    WriteValue.call(this, escapeText(String(text)), name);
  };
  writer.WriteAttributeString = function writeEscapedAttribute(...values) {
    const value = values.pop();
    WriteAttributeString.call(this, ...values, escapeAttribute(String(value)));
  };
}

function parseStrictly(internals: Internals, xml: string): WireNode {
  refuseUnlikelyMarkup(xml);
  const parser = new internals.DOMParser({
    errorHandler: (_level, message) => {
      throw new Error(message);
    },
  });
  const document = parser.parseFromString(xml, 'text/xml');
  const bodies = document.getElementsByTagNameNS(TYPES, 'Body');
  for (const body of Array.from(bodies)) {
    body.textContent = `${EDGE}${body.textContent ?? ''}${EDGE}`;
  }
  return new internals.xml2JsObject().parseXMLNode(document.documentElement, true);
}
