/** SOAP envelopes of EWS: what the header of a request says, and how answers and faults are written. */
import type { EwsFault } from './errors.ts';
import { EwsError, schemaViolation } from './errors.ts';
import type { ServerVersion } from './switches.ts';
import { SERVER_VERSION_INFO } from './switches.ts';
import type { XmlElement } from './xml.ts';
import { childOf, elementsOf, escapeXml, textOf } from './xml.ts';
import { readZoneDefinition } from './zone-definitions.ts';
import type { ItemZone } from './zones.ts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';
const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages';
const ERRORS = 'http://schemas.microsoft.com/exchange/services/2006/errors';

export interface SoapRequest {
  /** RequestServerVersion; a request without it is read as one for Exchange2007_SP1. */
  readonly version: string;
  /** SMTP address or principal name to impersonate; null: the caller's own mailbox. */
  readonly impersonates: string | null;
  readonly timeZoneContext: ItemZone | null;
  /** The body's first child, for example GetItem. */
  readonly operation: XmlElement;
}

function impersonated(header: XmlElement | undefined): string | null {
  const sid = childOf(childOf(header, 'ExchangeImpersonation'), 'ConnectingSID');
  const name = elementsOf(sid)[0];
  return name === undefined ? null : textOf(name).trim();
}

/** Throws EwsFault when the envelope is none. */
export function readEnvelope(root: XmlElement): SoapRequest {
  const header = childOf(root, 'Header');
  const operation = elementsOf(childOf(root, 'Body'))[0];
  if (root.name !== 'Envelope' || operation === undefined) throw schemaViolation('There is no SOAP body.');
  const context = childOf(childOf(header, 'TimeZoneContext'), 'TimeZoneDefinition');
  return {
    version: childOf(header, 'RequestServerVersion')?.attributes['Version'] ?? 'Exchange2007_SP1',
    impersonates: impersonated(header),
    timeZoneContext: context === undefined ? null : readZoneDefinition(context),
    operation,
  };
}

/** An answer around its body's only child. */
export function envelope(server: ServerVersion, body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP}"><s:Header><h:ServerVersionInfo ${SERVER_VERSION_INFO[server]} xmlns:h="${TYPES}"/></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

/** One message of an answer that goes on, as Microsoft's clients look for them: `<Envelope` has no prefix. */
export function streamedEnvelope(server: ServerVersion, message: string): string {
  const header = `<soap11:Header xmlns:soap11="${SOAP}"><ServerVersionInfo ${SERVER_VERSION_INFO[server]} xmlns="${TYPES}"/></soap11:Header>`;
  const body = batchResponse('GetStreamingEvents', [message]);
  return `<?xml version="1.0" encoding="utf-8"?><Envelope xmlns="${SOAP}">${header}<soap11:Body xmlns:soap11="${SOAP}">${body}</soap11:Body></Envelope>`;
}

/** A request of the server's to a client (MS-OXWSPSNTIF, SendNotification). */
export function notificationEnvelope(server: ServerVersion, message: string): string {
  const header = `<soap11:Header><t:RequestServerVersion Version="${server}" xmlns:t="${TYPES}"/></soap11:Header>`;
  const body = `<m:SendNotification xmlns:m="${MESSAGES}" xmlns:t="${TYPES}"><m:ResponseMessages>${message}</m:ResponseMessages></m:SendNotification>`;
  return `<?xml version="1.0" encoding="utf-8"?><soap11:Envelope xmlns:soap11="${SOAP}">${header}<soap11:Body>${body}</soap11:Body></soap11:Envelope>`;
}

/** `<m:GetItemResponse>` with its response messages. */
export function batchResponse(operation: string, messages: readonly string[]): string {
  return `<m:${operation}Response xmlns:m="${MESSAGES}" xmlns:t="${TYPES}"><m:ResponseMessages>${messages.join('')}</m:ResponseMessages></m:${operation}Response>`;
}

/** `<m:GetRoomsResponse>`, which is the one response message itself. */
export function singleResponse(operation: string, work: () => string): string {
  const message = messageOf(operation, work);
  const namespaces = `xmlns:m="${MESSAGES}" xmlns:t="${TYPES}"`;
  return message
    .replace(`<m:${operation}ResponseMessage `, `<m:${operation}Response ${namespaces} `)
    .replace(`</m:${operation}ResponseMessage>`, `</m:${operation}Response>`);
}

export function successMessage(operation: string, content: string): string {
  return `<m:${operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>${content}</m:${operation}ResponseMessage>`;
}

// The schema wants this element in the message also when there is nothing to put into it.
const EMPTY_CONTENT: Readonly<Record<string, string>> = {
  GetItem: '<m:Items/>',
  CreateItem: '<m:Items/>',
  UpdateItem: '<m:Items/>',
  MoveItem: '<m:Items/>',
  GetServerTimeZones: '<m:TimeZoneDefinitions/>',
};

export function errorMessage(
  operation: string,
  error: EwsError,
  responseClass: 'Error' | 'Warning' = 'Error',
): string {
  return `<m:${operation}ResponseMessage ResponseClass="${responseClass}"><m:MessageText>${escapeXml(error.message)}</m:MessageText><m:ResponseCode>${error.code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>${EMPTY_CONTENT[operation] ?? ''}</m:${operation}ResponseMessage>`;
}

/** One response message of a batch: errors of the item become its message, others pass. */
export function messageOf(operation: string, work: () => string): string {
  try {
    return successMessage(operation, work());
  } catch (error) {
    if (error instanceof EwsError) return errorMessage(operation, error);
    throw error;
  }
}

export function faultEnvelope(fault: EwsFault): string {
  const values = Object.entries(fault.values)
    .map(([name, value]) => `<t:Value Name="${escapeXml(name)}">${escapeXml(value)}</t:Value>`)
    .join('');
  const messageXml = values === '' ? '' : `<t:MessageXml xmlns:t="${TYPES}">${values}</t:MessageXml>`;
  const text = escapeXml(fault.message);
  return `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP}"><s:Body><s:Fault><faultcode xmlns:a="${TYPES}">a:${fault.code}</faultcode><faultstring xml:lang="en-US">${text}</faultstring><detail><e:ResponseCode xmlns:e="${ERRORS}">${fault.code}</e:ResponseCode><e:Message xmlns:e="${ERRORS}">${text}</e:Message>${messageXml}</detail></s:Fault></s:Body></s:Envelope>`;
}
