/** Requests and answers of the three protocols, as Microsoft Learn shows them; what is said of hosts and of challenges. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { ParseXml } from '#exchange/autodiscover/answers.ts';
import { isExchangeOnline, parseAddress } from '#exchange/autodiscover/attempt.ts';
import { isReleased } from '#exchange/autodiscover/guards.ts';
import { type Answer, schemesOf } from '#exchange/autodiscover/http.ts';
import { readJson } from '#exchange/autodiscover/json.ts';
import { poxQuestion, readPox } from '#exchange/autodiscover/pox.ts';
import { hostsOf } from '#exchange/autodiscover/services.ts';
import { readSoap, soapQuestion } from '#exchange/autodiscover/soap.ts';
import { loadLibrary } from '#exchange/ews/library.ts';

let parse: ParseXml;
beforeAll(async () => {
  ({ parse } = await loadLibrary());
});

const answer = (text: string, status = 200): Answer => ({
  status,
  text,
  location: null,
  schemes: [],
  retryAfterMs: undefined,
});

describe('POX', () => {
  const pox = (account: string) =>
    readPox(
      answer(
        `<?xml version="1.0" encoding="utf-8"?>\n<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">${account}</Response></Autodiscover>`,
      ),
      parse,
    );
  const protocol = (type: string, urls: string) => `<Protocol><Type>${type}</Type>${urls}</Protocol>`;
  const settings = (...protocols: string[]) =>
    pox(
      `<User><DisplayName>First Last</DisplayName></User><Account><AccountType>email</AccountType><Action>settings</Action>${protocols.join('')}</Account>`,
    );

  test('the request is the one that Exchange expects, with the address escaped', () => {
    const { body, headers } = poxQuestion('https://x/', 'a&b@example.org');
    expect(body).toContain('<EMailAddress>a&amp;b@example.org</EMailAddress>');
    expect(body).toContain(
      '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">',
    );
    expect(headers).not.toHaveProperty('Authorization');
  });

  test.each<[string, readonly string[], string | null, string | null]>([
    [
      'a server of 2007, by ASUrl',
      [
        protocol('EXCH', '<ASUrl>https://in/EWS</ASUrl>'),
        protocol('EXPR', '<ASUrl>https://out/EWS</ASUrl>'),
        protocol('WEB', '<Internal/>'),
      ],
      'https://out/EWS',
      'https://in/EWS',
    ],
    [
      'EwsUrl before ASUrl',
      [protocol('EXPR', '<ASUrl>https://availability/</ASUrl><EwsUrl>https://out/EWS</EwsUrl>')],
      'https://out/EWS',
      null,
    ],
    [
      'EXHTTP where there is no EXPR',
      [protocol('EXHTTP', '<EwsUrl>https://out/EWS</EwsUrl>')],
      'https://out/EWS',
      null,
    ],
    [
      'MAPI over HTTP, whose type is an attribute, is passed over',
      [
        '<Protocol Type="mapiHttp" Version="1"><MailStore/></Protocol>',
        protocol('EXCH', '<EwsUrl>https://in/EWS</EwsUrl>'),
      ],
      null,
      'https://in/EWS',
    ],
    ['blanks around', [protocol('EXPR', '<EwsUrl>\n  https://out/EWS\n </EwsUrl>')], 'https://out/EWS', null],
    ['none', [protocol('WEB', '')], null, null],
  ])('settings: %s', (_, protocols, external, internal) => {
    expect(settings(...protocols)).toEqual({ kind: 'settings', external, internal });
  });

  test.each([
    [
      '<Account><Action>redirectAddr</Action><RedirectAddr>elvin@mail.contoso.com</RedirectAddr></Account>',
      { kind: 'redirectAddress', address: 'elvin@mail.contoso.com' },
    ],
    [
      '<Account><Action>redirectUrl</Action><RedirectUrl>https://x/a.xml?a=1&amp;b=2</RedirectUrl></Account>',
      { kind: 'redirectUrl', url: 'https://x/a.xml?a=1&b=2' },
    ],
    [
      '<Error Time="21:25:04" Id="1"><ErrorCode>600</ErrorCode><Message>Invalid Request</Message><DebugData /></Error>',
      { failure: { reason: 'badAnswer', detail: 'error 600: Invalid Request' } },
    ],
    [
      '<Error Time="21:25:04" Id="1"><ErrorCode>500</ErrorCode><Message>The email address can\'t be found.</Message></Error>',
      { failure: { reason: 'mailboxNotFound' } },
    ],
    ['<Account/>', { failure: { reason: 'badAnswer' } }],
  ])('%s', (inner, outcome) => {
    expect(pox(inner)).toMatchObject(outcome);
  });

  test('an answer of ActiveSync, which speaks the same XML, names no account', () => {
    expect(pox('<Culture>en:us</Culture><User/><Action><Settings/></Action>')).toMatchObject({
      kind: 'failed',
    });
  });
});

describe('SOAP', () => {
  const soap = (response: string) =>
    readSoap(
      answer(
        `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header><a:Action s:mustUnderstand="1">x</a:Action></s:Header><s:Body><GetUserSettingsResponseMessage xmlns="http://schemas.microsoft.com/exchange/2010/Autodiscover"><Response xmlns:i="http://www.w3.org/2001/XMLSchema-instance">${response}</Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>`,
      ),
      parse,
    );
  const user = (inner: string) =>
    soap(
      `<ErrorCode>NoError</ErrorCode><ErrorMessage /><UserResponses><UserResponse>${inner}</UserResponse></UserResponses>`,
    );
  const set = (name: string, value: string) =>
    `<UserSetting i:type="StringSetting"><Name>${name}</Name><Value>${value}</Value></UserSetting>`;

  test('the request escapes what comes from outside', () => {
    const { body } = soapQuestion('https://x/a.svc?<&', 'a&b@example.org');
    expect(body).toContain('<a:Mailbox>a&amp;b@example.org</a:Mailbox>');
    expect(body).toContain('<wsa:To>https://x/a.svc?&lt;&amp;</wsa:To>');
  });

  test.each([
    [
      [set('ExternalEwsUrl', 'https://out/EWS'), set('InternalEwsUrl', 'https://in/EWS')],
      'https://out/EWS',
      'https://in/EWS',
    ],
    [[set('InternalEwsUrl', 'https://in/EWS')], null, 'https://in/EWS'],
    [[], null, null],
  ])('settings %#', (all, external, internal) => {
    const inner = `<ErrorCode>NoError</ErrorCode><ErrorMessage>No error.</ErrorMessage><RedirectTarget i:nil="true" /><UserSettingErrors /><UserSettings>${all.join('')}</UserSettings>`;
    expect(user(inner)).toEqual({ kind: 'settings', external, internal });
  });

  test.each([
    [
      'RedirectAddress',
      'elvin@mail.contoso.com',
      { kind: 'redirectAddress', address: 'elvin@mail.contoso.com' },
    ],
    ['RedirectUrl', 'https://x/a.svc', { kind: 'redirectUrl', url: 'https://x/a.svc' }],
    ['InvalidUser', '', { failure: { reason: 'mailboxNotFound' } }],
    ['InvalidDomain', '', { failure: { reason: 'mailboxNotFound' } }],
    ['ServerBusy', '', { failure: { reason: 'throttled' } }],
    ['InternalServerError', '', { failure: { reason: 'serverError' } }],
    ['NotFederated', '', { failure: { reason: 'badAnswer' } }],
    ['Unheard', '', { failure: { reason: 'badAnswer' } }],
  ])('%s of the user', (code, target, outcome) => {
    expect(
      user(
        `<ErrorCode>${code}</ErrorCode><ErrorMessage>x</ErrorMessage><RedirectTarget>${target}</RedirectTarget>`,
      ),
    ).toMatchObject(outcome);
  });

  test('an error of the whole request', () => {
    expect(
      soap('<ErrorCode>ServerBusy</ErrorCode><ErrorMessage>x</ErrorMessage><UserResponses/>'),
    ).toMatchObject({
      failure: { reason: 'throttled' },
    });
  });

  test.each(['constructor', '__proto__', 'toString'])('the error "%s", which no table has', (code) => {
    const outcome = soap(`<ErrorCode>${code}</ErrorCode><ErrorMessage>x</ErrorMessage><UserResponses/>`);
    expect(outcome).toMatchObject({ failure: { reason: 'badAnswer', detail: `${code}: x` } });
  });

  test('a fault, and a page in its place', () => {
    const fault =
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>No.</faultstring></s:Fault></s:Body></s:Envelope>';
    expect(readSoap(answer(fault, 500), parse)).toMatchObject({
      failure: { reason: 'serverError', detail: 'fault: No.' },
    });
    expect(readSoap(answer('<html>Runtime Error</html>', 500), parse)).toMatchObject({
      failure: { reason: 'serverError' },
    });
  });
});

describe('v2', () => {
  test.each<[number, string, object]>([
    [
      200,
      '{"Protocol":"EWS","Url":"https://x/EWS/Exchange.asmx"}',
      { kind: 'settings', external: 'https://x/EWS/Exchange.asmx', internal: null },
    ],
    [200, '{"Protocol":"Ews","Url":"https://x/EWS"}', { kind: 'settings' }],
    [200, '{"Protocol":"ActiveSync","Url":"https://x/"}', { failure: { reason: 'badAnswer' } }],
    [200, '{"Protocol":"EWS","Url":["https://x/"]}', { failure: { reason: 'badAnswer' } }],
    [200, '{"Protocol":"EWS"', { failure: { reason: 'notTheService' } }],
    [200, '<html></html>', { failure: { reason: 'notTheService' } }],
    [400, '{"ErrorCode":"InvalidProtocol","ErrorMessage":"x"}', { failure: { reason: 'badAnswer' } }],
    [404, '{"ErrorCode":"MailboxNotFound","ErrorMessage":"x"}', { failure: { reason: 'mailboxNotFound' } }],
    [404, 'not here', { failure: { reason: 'notTheService' } }],
    [401, '', { failure: { reason: 'notTheService' } }],
    [403, '', { failure: { reason: 'accessDenied' } }],
    [502, '', { failure: { reason: 'serverError' } }],
    [200, '{"__proto__":{"Protocol":"EWS","Url":"https://x/"}}', { failure: { reason: 'badAnswer' } }],
  ])('%i %s', (status, text, outcome) => {
    expect(readJson(answer(text, status))).toMatchObject(outcome);
  });
});

test.each([
  ['Negotiate, NTLM, Basic realm="mail.example.org"', ['negotiate', 'ntlm', 'basic']],
  ['Basic realm="a, Digest b", charset="UTF-8", NTLM', ['basic', 'ntlm']],
  ['BASIC', ['basic']],
  [
    'Bearer client_id="x", trusted_issuers="y@*", token_types="app_asserted_user_v1", Basic realm=""',
    ['bearer', 'basic'],
  ],
  ['Negotiate TlRMTVNTUAACAAAA==', ['negotiate']],
  ['realm="Basic"', []],
  ['', []],
])('the schemes of %s', (challenges, schemes) => {
  expect(schemesOf(challenges)).toEqual(schemes);
});

test.each([
  ['example.org', ['example.org'], true],
  ['mail.example.org', ['example.org'], true],
  ['MAIL.Example.ORG', [' Example.org '], true],
  ['mail.example.org.', ['example.org.'], true],
  ['xn--bcher-kva.example', ['bücher.example'], true],
  ['notexample.org', ['example.org'], false],
  ['example.org.evil.example', ['example.org'], false],
  ['example.org', ['mail.example.org'], false],
  ['example.org', [], false],
  ['example.org', ['', ' ', '/'], false],
  ['10.0.0.1', ['0.0.1'], false],
  ['10.0.0.1', ['10.0.0.1'], true],
])('%s under %j: %s', (host, released, is) => {
  expect(isReleased(host, released)).toBe(is);
});

test.each([
  ['outlook.office365.com', true],
  ['autodiscover-s.outlook.com', true],
  ['example.mail.onmicrosoft.com', true],
  ['outlook.office365.us', true],
  ['partner.outlook.cn', true],
  ['outlook.com.example.org', false],
  ['notoutlook.com', false],
  ['mail.example.org', false],
])('%s is Exchange Online: %s', (host, is) => {
  expect(isExchangeOnline(host)).toBe(is);
});

test.each([
  ['Anna.Rossi@Example.ORG', 'Anna.Rossi', 'example.org'],
  ['"a@b"@example.org', '"a@b"', 'example.org'],
  ['anna+x@bücher.example', 'anna+x', 'xn--bcher-kva.example'],
  ['anna@example.org.', 'anna', 'example.org'],
])('the address %s', (address, local, domain) => {
  expect(parseAddress(address)).toEqual({ local, domain });
});

test('service records: port 443 alone, by priority, then weight, each host once', () => {
  const record = (host: string, priority: number, weight = 0, port = 443) => ({
    host,
    port,
    priority,
    weight,
  });
  const records = [
    record('c.example.', 20),
    record('b.example', 10, 1),
    record('A.example.', 10, 9),
    record('d.example', 0, 0, 80),
    record('a.example', 30),
    record('.', 0),
  ];
  expect(hostsOf(records)).toEqual(['a.example', 'b.example', 'c.example']);
});
