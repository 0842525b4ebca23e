/** Effects whose network is a list of answers, and the requests that were made of it. */
import type { Effects, HttpRequest, HttpResponse } from '#core/effects.ts';
import { openEwsMailbox } from '#exchange/ews/ews-mailbox.adapter.ts';
import type { MailboxCalendar, MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';

export const SERVER: MailboxServer = {
  endpoint: 'https://mail.example.org/EWS/Exchange.asmx',
  signIn: { kind: 'basic', user: 'EXAMPLE\\sync', password: 'pässword' },
  impersonate: 'address',
  version: 'Exchange2016',
  timeoutMs: 20_000,
};

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
}

export interface SentRequest {
  readonly url: string;
  readonly request: HttpRequest;
}

export interface Script {
  readonly mailbox: MailboxCalendar;
  readonly sent: readonly SentRequest[];
}

/** Each request takes the next answer; an Error is what the network throws. */
export function scripted(
  answers: readonly (Answer | Error)[],
  server: Partial<MailboxServer> = {},
  ownerZone = 'UTC',
): Script {
  const sent: SentRequest[] = [];
  const queue = [...answers];
  const effects: Effects = {
    ...inert(),
    fetch: (url, request) => {
      sent.push({ url, request });
      const answer = queue.shift();
      if (answer === undefined) throw new Error('no answer is left');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(httpResponse(answer));
    },
  };
  const open = openEwsMailbox(effects, memoryEwsPorts());
  return { mailbox: open({ ...SERVER, ...server }, 'anna@example.org', ownerZone), sent };
}

/** Effects in which nothing happens, in November 2026. */
export function inert(): Effects {
  const never = () => Promise.reject(new Error('not in this test'));
  const silent = () => undefined;
  return {
    fetch: never,
    clock: { now: () => Date.UTC(2026, 10, 22), monotonic: () => 0, sleep: never },
    timeoutSignal: () => ({ aborted: false, reason: undefined }),
    ids: { uuid: () => '00000000-0000-4000-8000-000000000000' },
    random: { next: () => 0 },
    seal: { seal: never, open: never },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
}

function httpResponse({ status = 200, headers = {}, body = '' }: Answer): HttpResponse {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    status,
    headers: { get: (name) => lower.get(name.toLowerCase()) ?? null },
    body: typeof body === 'string' ? chunks(body) : body,
  };
}

/** The text in small chunks, so that characters of several bytes are cut. */
async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += 1021) yield bytes.subarray(at, at + 1021);
}

/** A SOAP answer of an operation with these response messages, as Exchange 2016 writes it. */
export function soap(operation: string, messages: string): Answer {
  return {
    body:
      '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">' +
      '<s:Header><h:ServerVersionInfo MajorVersion="15" MinorVersion="1" MajorBuildNumber="2507" MinorBuildNumber="6" ' +
      'Version="V2017_07_11" xmlns:h="http://schemas.microsoft.com/exchange/services/2006/types"/></s:Header>' +
      '<s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">' +
      `<m:${operation}Response xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" ` +
      'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">' +
      `<m:ResponseMessages>${messages}</m:ResponseMessages></m:${operation}Response></s:Body></s:Envelope>`,
  };
}

/** A response message that succeeded. */
export function success(operation: string, content: string): string {
  return (
    `<m:${operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>` +
    `${content}</m:${operation}ResponseMessage>`
  );
}

/** A response message that did not. */
export function refusal(operation: string, code: string, responseClass = 'Error', xml = ''): string {
  return (
    `<m:${operation}ResponseMessage ResponseClass="${responseClass}"><m:MessageText>It said no.</m:MessageText>` +
    `<m:ResponseCode>${code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>${xml}` +
    `<m:Items/></m:${operation}ResponseMessage>`
  );
}

/** A SOAP fault as Exchange sends it, with HTTP 500. */
export function fault(code: string, messageXml = ''): Answer {
  return {
    status: 500,
    body:
      '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
      '<s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">' +
      `a:${code}</faultcode><faultstring xml:lang="en-US">It is at fault.</faultstring><detail>` +
      `<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${code}</e:ResponseCode>` +
      '<e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">It is at fault.</e:Message>' +
      `${messageXml}</detail></s:Fault></s:Body></s:Envelope>`,
  };
}

export const BACK_OFF =
  '<t:MessageXml xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">' +
  '<t:Value Name="BackOffMilliseconds">297749</t:Value></t:MessageXml>';

/** A calendar item of a GetItem answer: the usual elements, with some replaced or added. */
export function calendarItem(elements: Readonly<Record<string, string>> = {}): string {
  const usual: Record<string, string> = {
    ItemId: '<t:ItemId Id="AAMk=" ChangeKey="DwAAABY="/>',
    ParentFolderId: '<t:ParentFolderId Id="AQAt=" ChangeKey="AQ=="/>',
    Subject: '<t:Subject>Board</t:Subject>',
    Sensitivity: '<t:Sensitivity>Normal</t:Sensitivity>',
    Body: '<t:Body BodyType="Text">Agenda</t:Body>',
    UID: '<t:UID>uid-1</t:UID>',
    Start: '<t:Start>2026-12-01T09:00:00Z</t:Start>',
    End: '<t:End>2026-12-01T10:00:00Z</t:End>',
    IsAllDayEvent: '<t:IsAllDayEvent>false</t:IsAllDayEvent>',
    LegacyFreeBusyStatus: '<t:LegacyFreeBusyStatus>Busy</t:LegacyFreeBusyStatus>',
    CalendarItemType: '<t:CalendarItemType>Single</t:CalendarItemType>',
    MyResponseType: '<t:MyResponseType>Organizer</t:MyResponseType>',
    StartTimeZone: '<t:StartTimeZone Id="W. Europe Standard Time" Name="(UTC+01:00) Rome"/>',
  };
  const all = { ...usual, ...elements };
  return `<m:Items><t:CalendarItem>${Object.values(all).join('')}</t:CalendarItem></m:Items>`;
}
