/**
 * Autodiscover in SOAP (GetUserSettings), since Exchange 2010. Source: MS-OXWSADISC; Microsoft Learn, "GetUserSettings
 * operation (SOAP)" and "ErrorCode (SOAP)".
 */
import type { Reason } from '#shared/reasons.ts';
import type { WireNode } from '../ews/library.ts';
import { escapeText } from '../ews/text.ts';
import { child, children, textOf } from '../ews/wire.ts';
import { failedWith, outcomeOfStatus, type ParseXml, xmlOf } from './answers.ts';
import type { Outcome } from './attempt.ts';
import type { Answer, Question } from './http.ts';

const NAMESPACE = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';
const ACTION = `${NAMESPACE}/Autodiscover/GetUserSettings`;

export function soapQuestion(url: string, address: string): Question {
  const body =
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"' +
    ` xmlns:a="${NAMESPACE}" xmlns:wsa="http://www.w3.org/2005/08/addressing">` +
    '<soap:Header><a:RequestedServerVersion>Exchange2010</a:RequestedServerVersion>' +
    `<wsa:Action>${ACTION}</wsa:Action><wsa:To>${escapeText(url)}</wsa:To></soap:Header>` +
    '<soap:Body><a:GetUserSettingsRequestMessage><a:Request>' +
    `<a:Users><a:User><a:Mailbox>${escapeText(address)}</a:Mailbox></a:User></a:Users>` +
    '<a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting><a:Setting>InternalEwsUrl</a:Setting>' +
    '</a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></soap:Body></soap:Envelope>';
  const headers = {
    'Content-Type': 'text/xml; charset=utf-8',
    Accept: 'text/xml',
    SOAPAction: `"${ACTION}"`,
  };
  return { method: 'POST', url, headers, body };
}

export function readSoap(answer: Answer, parse: ParseXml): Outcome {
  // A fault comes with HTTP 500 and says more than the status.
  const early = answer.status === 500 ? null : outcomeOfStatus(answer);
  if (early !== null) return early;
  const xml = xmlOf(answer.text, parse);
  if ('failure' in xml) {
    return answer.status === 500
      ? failedWith('serverError', 'HTTP 500')
      : { kind: 'failed', failure: xml.failure };
  }
  const body = child(xml.root, 'Body');
  const fault = child(body, 'Fault');
  if (fault !== undefined && fault !== null)
    return failedWith('serverError', `fault: ${textOf(fault, 'faultstring')}`);
  const response = child(child(body, 'GetUserSettingsResponseMessage'), 'Response');
  if (response === undefined || response === null)
    return failedWith('notTheService', 'the XML is no Autodiscover');
  const user = child(child(response, 'UserResponses'), 'UserResponse');
  // The whole request can fail, or only what was asked about the one user.
  return failedAs(response) ?? userOutcome(user);
}

/** Source: Microsoft Learn, "ErrorCode (SOAP)". */
const REASON_OF_CODE: ReadonlyMap<string, Reason> = new Map(
  Object.entries<Reason>({
    InvalidUser: 'mailboxNotFound',
    InvalidDomain: 'mailboxNotFound',
    ServerBusy: 'throttled',
    InternalServerError: 'serverError',
  }),
);

function failedAs(response: WireNode): Outcome | null {
  const code = textOf(response, 'ErrorCode');
  if (code === 'NoError' || code === '') return null;
  return failedWith(REASON_OF_CODE.get(code) ?? 'badAnswer', `${code}: ${textOf(response, 'ErrorMessage')}`);
}

function userOutcome(user: WireNode): Outcome {
  const target = textOf(user, 'RedirectTarget');
  switch (textOf(user, 'ErrorCode')) {
    case 'RedirectAddress':
      return { kind: 'redirectAddress', address: target };
    case 'RedirectUrl':
      return { kind: 'redirectUrl', url: target };
    default:
      return failedAs(user) ?? settings(children(child(user, 'UserSettings'), 'UserSetting'));
  }
}

function settings(all: readonly WireNode[]): Outcome {
  const value = (name: string) => {
    const setting = all.find((each) => textOf(each, 'Name') === name);
    return (setting === undefined ? '' : textOf(setting, 'Value')) || null;
  };
  return { kind: 'settings', external: value('ExternalEwsUrl'), internal: value('InternalEwsUrl') };
}
