/**
 * Autodiscover in plain old XML, the only one that Exchange 2007 has. Source: MS-OXDSCLI; Microsoft Learn, "POX
 * Autodiscover request" and "POX Autodiscover response for Exchange".
 */
import type { Reason } from '#shared/reasons.ts';
import type { WireNode } from '../ews/library.ts';
import { escapeText } from '../ews/text.ts';
import { child, children, textOf } from '../ews/wire.ts';
import { failedWith, outcomeOfStatus, type ParseXml, xmlOf } from './answers.ts';
import type { Outcome } from './attempt.ts';
import type { Answer, Question } from './http.ts';

const REQUEST_SCHEMA = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006';
const RESPONSE_SCHEMA = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';

export function poxQuestion(url: string, address: string): Question {
  const body =
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<Autodiscover xmlns="${REQUEST_SCHEMA}"><Request>` +
    `<EMailAddress>${escapeText(address)}</EMailAddress>` +
    `<AcceptableResponseSchema>${RESPONSE_SCHEMA}</AcceptableResponseSchema>` +
    '</Request></Autodiscover>';
  // Without it a server of 2013 and later leaves the protocol EXHTTP out.
  const headers = {
    'Content-Type': 'text/xml; charset=utf-8',
    Accept: 'text/xml',
    'X-ClientCanHandle': 'ExHttpInfo',
  };
  return { method: 'POST', url, headers, body };
}

export function readPox(answer: Answer, parse: ParseXml): Outcome {
  const early = outcomeOfStatus(answer);
  if (early !== null) return early;
  const xml = xmlOf(answer.text, parse);
  if ('failure' in xml) return { kind: 'failed', failure: xml.failure };
  const response = child(xml.root, 'Response');
  if (response === undefined || response === null)
    return failedWith('notTheService', 'the XML is no Autodiscover');
  const error = child(response, 'Error');
  if (error !== undefined && error !== null) return refusal(error);
  return accountOutcome(child(response, 'Account'));
}

/** Codes by which a server tells the mailbox from the request; others are the request's or the server's fault. */
const REASON_OF_CODE: ReadonlyMap<string, Reason> = new Map(
  Object.entries<Reason>({ '500': 'mailboxNotFound', '603': 'serverError' }),
);

function refusal(error: WireNode): Outcome {
  const code = textOf(error, 'ErrorCode');
  return failedWith(REASON_OF_CODE.get(code) ?? 'badAnswer', `error ${code}: ${textOf(error, 'Message')}`);
}

function accountOutcome(account: WireNode): Outcome {
  const action = textOf(account, 'Action');
  switch (action.toLowerCase()) {
    case 'redirectaddr':
      return { kind: 'redirectAddress', address: textOf(account, 'RedirectAddr') };
    case 'redirecturl':
      return { kind: 'redirectUrl', url: textOf(account, 'RedirectUrl') };
    case 'settings':
      return settings(children(account, 'Protocol'));
    default:
      return failedWith('badAnswer', `the answer's action is "${action}"`);
  }
}

/** EXPR and EXHTTP are for clients outside the server's network, EXCH for those inside (MS-OXDSCLI, Type). */
function settings(protocols: readonly WireNode[]): Outcome {
  return {
    kind: 'settings',
    external: urlOf(protocols, ['EXPR', 'EXHTTP']),
    internal: urlOf(protocols, ['EXCH']),
  };
}

/** EwsUrl came after ASUrl, which names the same service (Microsoft Learn, ASUrl). */
function urlOf(protocols: readonly WireNode[], types: readonly string[]): string | null {
  for (const name of ['EwsUrl', 'ASUrl']) {
    for (const type of types) {
      const protocol = protocols.find((each) => textOf(each, 'Type') === type && textOf(each, name) !== '');
      if (protocol !== undefined) return textOf(protocol, name);
    }
  }
  return null;
}
