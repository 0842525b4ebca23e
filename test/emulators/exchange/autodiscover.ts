/**
 * The Autodiscover of an emulated Exchange server: POX, SOAP and v2, as its version has them. Written from MS-OXDSCLI,
 * MS-OXWSADISC and Microsoft Learn (Autodiscover reference for Exchange), not from what a client sends.
 */

import type { Caller } from './sign-in.ts';
import type { ServerVersion } from './switches.ts';
import { versionRank } from './switches.ts';
import { childOf, elementsOf, escapeXml, parseXml, textOf, type XmlElement, XmlSyntaxError } from './xml.ts';

/** Where the server sends whoever asks for a mailbox that it has not. */
export type Referral =
  /** MS-OXDSCLI, 3.2.5: a 302 with the new URL, what servers SHOULD do. */
  | { readonly kind: 'http302'; readonly target: string }
  /** The same in the answer, what they MAY do. */
  | { readonly kind: 'redirectUrl'; readonly target: string }
  /** To another address: a mailbox in another forest, or moved to Exchange Online. */
  | { readonly kind: 'redirectAddress'; readonly target: string };

export interface AutodiscoverOptions {
  /** ExternalUrl and InternalUrl of the EWS virtual directory (Set-WebServicesVirtualDirectory); null: not set. */
  readonly externalUrl: string | null;
  readonly internalUrl: string | null;
  /** Challenges of the Autodiscover virtual directory (Set-AutodiscoverVirtualDirectory). */
  readonly challenges: readonly string[];
  /** v2 tells that it knows no such mailbox, or names its EWS whoever is asked for. Both are reported. */
  readonly jsonTellsUnknownMailbox: boolean;
}

export const DEFAULT_AUTODISCOVER: AutodiscoverOptions = {
  externalUrl: 'https://mail.example.org/EWS/Exchange.asmx',
  internalUrl: 'https://exch01.corp.example.org/EWS/Exchange.asmx',
  challenges: ['Negotiate', 'NTLM', 'Basic realm="mail.example.org"'],
  jsonTellsUnknownMailbox: true,
};

/** What the service asks of the server behind it. */
export interface AutodiscoverServer {
  readonly version: ServerVersion;
  readonly options: AutodiscoverOptions;
  /** By address in lower case. */
  readonly referrals: ReadonlyMap<string, Referral>;
  /** Who sends a request on a connection, or the answer that asks for a sign-in. */
  signIn(request: Request, connection: object): Caller | Response;
  hasMailbox(address: string): boolean;
}

const POX_REQUEST = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006';
const POX_RESPONSE = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';
const POX_OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
const SOAP = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';

/** Answers what is below /autodiscover; null for what is not. */
export async function answerAutodiscover(
  server: AutodiscoverServer,
  request: Request,
  connection: object,
): Promise<Response | null> {
  const { pathname } = new URL(request.url);
  const service = /^\/autodiscover\/autodiscover\.(xml|svc|json)(\/|$)/i.exec(pathname)?.[1]?.toLowerCase();
  if (!/^\/autodiscover(\/|$)/i.test(pathname)) return null;
  // v2 is for everybody; IIS asks for a sign-in before it says what is not there.
  if (service === 'json' && server.version === 'Exchange2016') return answerJson(server, request);
  const caller = server.signIn(request, connection);
  if (caller instanceof Response) return challenged(server, caller);
  if (service === 'xml' && request.method === 'POST') return answerPox(server, request);
  // Microsoft Learn, "Autodiscover for Exchange": no SOAP in Exchange 2007.
  const hasSoap = versionRank(server.version) >= versionRank('Exchange2010');
  if (service === 'svc' && request.method === 'POST' && hasSoap) return answerSoap(server, request);
  return new Response('', { status: 404 });
}

/** `answer`: of the sign-in, which within a handshake of NTLM is the next message of it. */
function challenged({ options }: AutodiscoverServer, answer: Response): Response {
  if (/^NTLM \S/.test(answer.headers.get('WWW-Authenticate') ?? '')) return answer;
  const headers = new Headers();
  for (const challenge of options.challenges) headers.append('WWW-Authenticate', challenge);
  return new Response('', { status: 401, headers });
}

function redirect(target: string): Response {
  return new Response('', { status: 302, headers: { Location: target } });
}

function answerJson(server: AutodiscoverServer, request: Request): Response {
  const { pathname, searchParams } = new URL(request.url);
  const inPath = /\/v1\.0\/([^/]+)$/.exec(pathname)?.[1];
  const address = inPath === undefined ? (searchParams.get('Email') ?? '') : decodeURIComponent(inPath);
  const protocol = searchParams.get('Protocol') ?? '';
  if (!/^ews$/i.test(protocol)) {
    return json(400, {
      ErrorCode: 'InvalidProtocol',
      ErrorMessage: `The given protocol value '${protocol}' is invalid.`,
    });
  }
  const referral = server.referrals.get(address.toLowerCase());
  // Exchange Online answers a mail user with a 302 to the other organisation (Teams and on-premises mailboxes, part 2).
  if (referral !== undefined && referral.kind !== 'redirectAddress') return redirect(referral.target);
  if (referral !== undefined || (!server.hasMailbox(address) && server.options.jsonTellsUnknownMailbox)) {
    return json(404, { ErrorCode: 'UserNotFound', ErrorMessage: `The given user is not found.` });
  }
  return json(200, { Protocol: 'EWS', Url: server.options.externalUrl ?? server.options.internalUrl });
}

function json(status: number, value: unknown): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
  });
}

async function answerPox(server: AutodiscoverServer, request: Request): Promise<Response> {
  const asked = poxRequest(await request.text());
  if (typeof asked === 'string') return pox(asked);
  const referral = server.referrals.get(asked.address.toLowerCase());
  if (referral?.kind === 'http302') return redirect(referral.target);
  if (referral !== undefined) return pox(poxReferral(referral));
  // Microsoft, "Autodiscover - E-mail address cannot be found".
  if (!server.hasMailbox(asked.address)) return pox(poxError('500', "The email address can't be found."));
  const withExHttp =
    versionRank(server.version) >= versionRank('Exchange2013') &&
    /\bExHttpInfo\b/i.test(request.headers.get('X-ClientCanHandle') ?? '');
  return pox(poxSettings(server, asked.address, withExHttp));
}

/** The address, or an error answer: 600 an invalid request, 601 no provider for the schema (MS-ASCMD, ErrorCode). */
function poxRequest(text: string): { readonly address: string } | string {
  const request = childOf(rootOf(text), 'Request');
  const address = textOf(childOf(request, 'EMailAddress'));
  // The parser drops namespaces.
  const isAsked = text.includes(`"${POX_REQUEST}"`) && address.includes('@');
  if (!isAsked) return poxError('600', 'Invalid Request');
  const schema = textOf(childOf(request, 'AcceptableResponseSchema'));
  return schema === POX_OUTLOOK ? { address } : poxError('601', 'Provider is not available');
}

function rootOf(text: string): XmlElement | undefined {
  try {
    return parseXml(text);
  } catch (error) {
    if (error instanceof XmlSyntaxError) return undefined;
    throw error;
  }
}

function pox(response: string): Response {
  const body = `<?xml version="1.0" encoding="utf-8"?>\r\n<Autodiscover xmlns="${POX_RESPONSE}">${response}</Autodiscover>`;
  return new Response(body, { headers: { 'Content-Type': 'text/xml; charset=utf-8' } });
}

function poxError(code: string, message: string): string {
  const error = `<ErrorCode>${code}</ErrorCode><Message>${escapeXml(message)}</Message><DebugData />`;
  return `<Response><Error Time="21:25:04.8897083" Id="4130155072">${error}</Error></Response>`;
}

function poxReferral({ kind, target }: Referral): string {
  const inner =
    kind === 'redirectAddress'
      ? `<Action>redirectAddr</Action><RedirectAddr>${escapeXml(target)}</RedirectAddr>`
      : `<Action>redirectUrl</Action><RedirectUrl>${escapeXml(target)}</RedirectUrl>`;
  return `<Response xmlns="${POX_OUTLOOK}"><Account>${inner}</Account></Response>`;
}

function poxSettings({ version, options }: AutodiscoverServer, address: string, withExHttp: boolean): string {
  const { externalUrl, internalUrl } = options;
  const user =
    `<User><DisplayName>${escapeXml(address)}</DisplayName>` +
    '<LegacyDN>/o=example/ou=First Administrative Group/cn=Recipients/cn=user</LegacyDN>' +
    '<DeploymentId>644560b8-a1ce-429c-8ace-23395843f701</DeploymentId></User>';
  const protocols = [
    poxProtocol('EXCH', internalUrl, version),
    poxProtocol('EXPR', externalUrl, version),
    ...(withExHttp ? [poxProtocol('EXHTTP', externalUrl, version)] : []),
    '<Protocol><Type>WEB</Type><Internal><OWAUrl AuthenticationMethod="Basic">https://exch01.corp.example.org/owa</OWAUrl></Internal></Protocol>',
  ];
  const account = `<AccountType>email</AccountType><Action>settings</Action>${protocols.join('')}`;
  return `<Response xmlns="${POX_OUTLOOK}">${user}<Account>${account}</Account></Response>`;
}

/** Microsoft Learn, "POX Autodiscover response": a server of 2007 names ASUrl alone; EwsUrl stands beside it later. */
function poxProtocol(type: string, url: string | null, version: ServerVersion): string {
  const as = url === null ? '' : `<ASUrl>${escapeXml(url)}</ASUrl>`;
  const ews = url === null || version === 'Exchange2007_SP1' ? '' : `<EwsUrl>${escapeXml(url)}</EwsUrl>`;
  return `<Protocol><Type>${type}</Type><Server>exch01.corp.example.org</Server>${as}${ews}</Protocol>`;
}

async function answerSoap(server: AutodiscoverServer, request: Request): Promise<Response> {
  const text = await request.text();
  const body = childOf(rootOf(text), 'Body');
  const message = childOf(body, 'GetUserSettingsRequestMessage');
  const header = childOf(rootOf(text), 'Header');
  if (message === undefined || !text.includes(`"${SOAP}"`))
    return soapFault('The message cannot be processed.');
  // Microsoft Learn, "GetUserSettings operation (SOAP)": both stand in the header.
  if (textOf(childOf(header, 'RequestedServerVersion')) === '' || textOf(childOf(header, 'Action')) === '') {
    return soapFault('The request has no RequestedServerVersion or no Action.');
  }
  const asked = childOf(message, 'Request');
  const address = textOf(childOf(childOf(childOf(asked, 'Users'), 'User'), 'Mailbox'));
  const settings = elementsOf(childOf(asked, 'RequestedSettings')).map(textOf);
  if (settings.length === 0) return soap(soapResponse('InvalidRequest', 'The request is invalid.', ''));
  const referral = server.referrals.get(address.toLowerCase());
  if (referral?.kind === 'http302') return redirect(referral.target);
  return soap(soapResponse('NoError', '', userResponse(server, address, settings, referral)));
}

function userResponse(
  server: AutodiscoverServer,
  address: string,
  settings: readonly string[],
  referral: Referral | undefined,
): string {
  if (referral !== undefined) {
    const code = referral.kind === 'redirectAddress' ? 'RedirectAddress' : 'RedirectUrl';
    return soapUser(
      code,
      'Redirection.',
      `<RedirectTarget>${escapeXml(referral.target)}</RedirectTarget>`,
      '',
      '',
    );
  }
  if (!server.hasMailbox(address)) {
    return soapUser('InvalidUser', `Invalid user '${address}'.`, '<RedirectTarget i:nil="true" />', '', '');
  }
  const values: Readonly<Record<string, string | null>> = {
    ExternalEwsUrl: server.options.externalUrl,
    InternalEwsUrl: server.options.internalUrl,
  };
  const told = settings.filter((name) => (values[name] ?? null) !== null);
  const untold = settings.filter((name) => !told.includes(name));
  return soapUser(
    'NoError',
    'No error.',
    '<RedirectTarget i:nil="true" />',
    untold.map(settingError).join(''),
    told.map((name) => setting(name, values[name] ?? '')).join(''),
  );
}

function setting(name: string, value: string): string {
  return `<UserSetting i:type="StringSetting"><Name>${name}</Name><Value>${escapeXml(value)}</Value></UserSetting>`;
}

function settingError(name: string): string {
  const message = `The user setting '${name}' isn't available.`;
  return `<UserSettingError><ErrorCode>SettingIsNotAvailable</ErrorCode><ErrorMessage>${escapeXml(message)}</ErrorMessage><SettingName>${escapeXml(name)}</SettingName></UserSettingError>`;
}

function soapUser(code: string, message: string, target: string, errors: string, settings: string): string {
  return (
    `<UserResponse><ErrorCode>${code}</ErrorCode><ErrorMessage>${escapeXml(message)}</ErrorMessage>${target}` +
    `<UserSettingErrors>${errors}</UserSettingErrors><UserSettings>${settings}</UserSettings></UserResponse>`
  );
}

function soapResponse(code: string, message: string, users: string): string {
  return (
    `<GetUserSettingsResponseMessage xmlns="${SOAP}"><Response xmlns:i="http://www.w3.org/2001/XMLSchema-instance">` +
    `<ErrorCode>${code}</ErrorCode><ErrorMessage>${escapeXml(message)}</ErrorMessage>` +
    `<UserResponses>${users}</UserResponses></Response></GetUserSettingsResponseMessage>`
  );
}

function soap(body: string, status = 200): Response {
  const xml =
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://www.w3.org/2005/08/addressing">' +
    `<s:Header><a:Action s:mustUnderstand="1">${SOAP}/Autodiscover/GetUserSettingsResponse</a:Action></s:Header>` +
    `<s:Body>${body}</s:Body></s:Envelope>`;
  return new Response(xml, { status, headers: { 'Content-Type': 'text/xml; charset=utf-8' } });
}

function soapFault(text: string): Response {
  const fault = `<s:Fault><faultcode>s:Client</faultcode><faultstring xml:lang="en-US">${escapeXml(text)}</faultstring></s:Fault>`;
  return soap(fault, 500);
}
