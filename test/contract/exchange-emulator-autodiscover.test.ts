/** The emulated Autodiscover, asked with requests as Microsoft Learn prints them and nothing of our own. */
import { describe, expect, test } from 'vitest';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { SERVER_VERSIONS, type ServerVersion } from '#test/emulators/exchange/switches.ts';

const ORIGIN = 'https://mail.example.org/autodiscover/autodiscover';
const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook';

/** "POX Autodiscover request for Exchange". */
const pox = (
  address: string,
  request = 'requestschema/2006',
  response = 'responseschema/2006a',
) => `<Autodiscover xmlns="${OUTLOOK}/${request}">
   <Request>
     <EMailAddress>${address}</EMailAddress>
     <AcceptableResponseSchema>${OUTLOOK}/${response}</AcceptableResponseSchema>
   </Request>
 </Autodiscover>`;

/** "GetUserSettings operation (SOAP)". */
const soap = (address: string) => `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover" xmlns:wsa="http://www.w3.org/2005/08/addressing" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Header>
    <a:RequestedServerVersion>Exchange2010</a:RequestedServerVersion>
    <wsa:Action>http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings</wsa:Action>
    <wsa:To>${ORIGIN}.svc</wsa:To>
  </soap:Header>
  <soap:Body>
    <a:GetUserSettingsRequestMessage xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover">
      <a:Request>
        <a:Users><a:User><a:Mailbox>${address}</a:Mailbox></a:User></a:Users>
        <a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting><a:Setting>EwsSupportedSchemas</a:Setting></a:RequestedSettings>
      </a:Request>
    </a:GetUserSettingsRequestMessage>
  </soap:Body>
</soap:Envelope>`;

function server(version: ServerVersion = 'Exchange2016') {
  const emulator = createExchangeEmulator({
    clock: { now: () => 0 },
    ids: { uuid: () => '0' },
    version,
    accounts: [{ user: 'anna', password: 'secret', mailbox: 'anna@example.org' }],
  });
  emulator.addMailbox({ address: 'anna@example.org', displayName: 'Anna', zone: 'Europe/Rome' });
  const ask = async (
    service: string,
    body: string | null,
    signedIn = true,
    headers: Record<string, string> = {},
  ) => {
    const authorization = signedIn ? { Authorization: `Basic ${btoa('anna:secret')}` } : {};
    const request = new Request(`${ORIGIN}.${service}`, {
      method: body === null ? 'GET' : 'POST',
      headers: { 'Content-Type': 'text/xml', ...authorization, ...headers },
      ...(body === null ? {} : { body }),
    });
    const response = await emulator.fetch(request);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { emulator, ask };
}

const QUESTION = 'json?Email=anna@example.org&Protocol=EWS';

describe('which version has what', () => {
  test.each<[ServerVersion, readonly number[]]>([
    ['Exchange2007_SP1', [200, 404, 404]],
    ['Exchange2010_SP2', [200, 200, 404]],
    ['Exchange2013', [200, 200, 404]],
    ['Exchange2016', [200, 200, 200]],
  ])('%s: POX, SOAP, v2', async (version, statuses) => {
    const { ask } = server(version);
    const answers = [
      await ask('xml', pox('anna@example.org')),
      await ask('svc', soap('anna@example.org')),
      await ask(QUESTION, null),
    ];
    expect(answers.map(({ status }) => status)).toEqual(statuses);
  });

  test.each(SERVER_VERSIONS)(
    '%s asks for a sign-in with all its schemes, v2 of 2016 for none',
    async (version) => {
      const { ask } = server(version);
      for (const service of ['xml', 'svc', QUESTION]) {
        const { status, headers } = await ask(service, service === QUESTION ? null : 'x', false);
        if (version === 'Exchange2016' && service === QUESTION) expect(status).toBe(200);
        else {
          expect(status).toBe(401);
          expect(headers.get('WWW-Authenticate')).toBe('Negotiate, NTLM, Basic realm="mail.example.org"');
        }
      }
    },
  );
});

describe('POX', () => {
  test('2007 names ASUrl alone, later versions EwsUrl too, and EXHTTP to whoever can handle it', async () => {
    const old = await server('Exchange2007_SP1').ask('xml', pox('anna@example.org'));
    expect(old.text).toContain('<ASUrl>https://mail.example.org/EWS/Exchange.asmx</ASUrl>');
    expect(old.text).not.toContain('EwsUrl');
    const { ask } = server('Exchange2013');
    expect((await ask('xml', pox('anna@example.org'))).text).not.toContain('EXHTTP');
    const can = { 'X-ClientCanHandle': 'Negotiate, ExHttpInfo' };
    expect((await ask('xml', pox('anna@example.org'), true, can)).text).toContain('<Type>EXHTTP</Type>');
  });

  test.each([
    ['another request schema', pox('anna@example.org', 'requestschema/2005'), '600'],
    [
      'the schema that the samples print since their links were rewritten',
      pox('anna@example.org').replace('http:', 'https:'),
      '600',
    ],
    ['no XML', 'anna@example.org', '600'],
    [
      'a response schema that it has not',
      pox('anna@example.org', 'requestschema/2006', 'responseschema/2099'),
      '601',
    ],
    ['a mailbox that it has not', pox('nobody@example.org'), '500'],
  ])('%s: error %s', async (_, body, code) => {
    const { status, text } = await server().ask('xml', body);
    expect(status).toBe(200);
    expect(text).toContain(`<ErrorCode>${code}</ErrorCode>`);
  });

  test('referrals: a 302, a URL, an address', async () => {
    const { emulator, ask } = server();
    const target = 'https://other.example.org/autodiscover/autodiscover.xml';
    emulator.referrals.set('anna@example.org', { kind: 'http302', target });
    const redirect = await ask('xml', pox('Anna@example.org'));
    expect([redirect.status, redirect.headers.get('Location')]).toEqual([302, target]);
    emulator.referrals.set('anna@example.org', { kind: 'redirectUrl', target });
    expect((await ask('xml', pox('anna@example.org'))).text).toContain(
      `<Action>redirectUrl</Action><RedirectUrl>${target}</RedirectUrl>`,
    );
    emulator.referrals.set('anna@example.org', { kind: 'redirectAddress', target: 'a@b.example' });
    expect((await ask('xml', pox('anna@example.org'))).text).toContain(
      '<Action>redirectAddr</Action><RedirectAddr>a@b.example</RedirectAddr>',
    );
  });
});

describe('SOAP', () => {
  test('tells the settings that it has, and says which it has not', async () => {
    const { text } = await server().ask('svc', soap('anna@example.org'));
    expect(text).toContain(
      '<Name>ExternalEwsUrl</Name><Value>https://mail.example.org/EWS/Exchange.asmx</Value>',
    );
    expect(text).toContain('<SettingName>EwsSupportedSchemas</SettingName>');
  });

  test('a user that it has not, one that is elsewhere, and a message that is none', async () => {
    const { emulator, ask } = server();
    expect((await ask('svc', soap('nobody@example.org'))).text).toContain(
      '<ErrorCode>InvalidUser</ErrorCode>',
    );
    emulator.referrals.set('anna@example.org', { kind: 'redirectAddress', target: 'a@b.example' });
    expect((await ask('svc', soap('anna@example.org'))).text).toContain(
      '<ErrorCode>RedirectAddress</ErrorCode><ErrorMessage>Redirection.</ErrorMessage><RedirectTarget>a@b.example</RedirectTarget>',
    );
    expect((await ask('svc', '<x/>')).status).toBe(500);
  });
});

describe('v2', () => {
  test.each([
    [QUESTION, 200, { Protocol: 'EWS', Url: 'https://mail.example.org/EWS/Exchange.asmx' }],
    ['json/v1.0/anna@example.org?Protocol=EWS', 200, { Protocol: 'EWS' }],
    ['json?Email=anna@example.org&Protocol=Carrier', 400, { ErrorCode: 'InvalidProtocol' }],
    ['json?Email=nobody@example.org&Protocol=EWS', 404, { ErrorCode: 'UserNotFound' }],
  ])('%s: %i', async (service, status, body) => {
    const answer = await server().ask(service, null, false);
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([status, body]);
  });
});

test('EWS asks for a sign-in before it looks at the method', async () => {
  const { emulator } = server();
  const { status } = await emulator.fetch(new Request('https://mail.example.org/EWS/Exchange.asmx'));
  expect(status).toBe(401);
});
