/** The archive as Liferay reads it: its files, and what each configuration says. */
import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { type ArchiveInput, archive, configuration, serviceAddressOf } from '#client-extension/pack.ts';

const yaml = readFileSync(
  new URL('../../../client-extension/client-extension.yaml', import.meta.url),
  'utf8',
);
const input: ArchiveInput = {
  project: 'exchange-calendar-connector',
  yaml,
  files: [
    { path: 'main.a1-B_2.js', content: 'export {};' },
    { path: 'index.c3.css', content: new Uint8Array([46, 97]) },
  ],
  service: { address: 'calendar.example.com', scheme: 'https' },
  builtAtMs: Date.UTC(2026, 4, 20),
};

const ELEMENT =
  'com.liferay.client.extension.type.configuration.CETConfiguration~exchange-calendar-connector';
const USER_AGENT =
  'com.liferay.oauth2.provider.configuration.OAuth2ProviderApplicationUserAgentConfiguration~exchange-connector-oauth-application-user-agent';
const HEADLESS =
  'com.liferay.oauth2.provider.configuration.OAuth2ProviderApplicationHeadlessServerConfiguration~exchange-connector-oauth-application-headless-server';

test('holds the configuration, the plugin package and the built files', () => {
  const files = unzipSync(archive(input));
  expect(Object.keys(files).sort()).toEqual([
    'LCP.json',
    'WEB-INF/liferay-plugin-package.properties',
    'exchange-calendar-connector.client-extension-config.json',
    'static/index.c3.css',
    'static/main.a1-B_2.js',
  ]);
  const text = (path: string): string => strFromU8(files[path] ?? new Uint8Array());
  expect(JSON.parse(text('exchange-calendar-connector.client-extension-config.json'))).toEqual(
    configuration(input),
  );
  expect(text('WEB-INF/liferay-plugin-package.properties').split('\n')).toContain(
    'Liferay-Client-Extension-Frontend=static/',
  );
  expect(text('static/main.a1-B_2.js')).toBe('export {};');
});

test('the element’s wildcards become the names of the built files', () => {
  expect(configuration(input)[ELEMENT]).toMatchObject({
    type: 'customElement',
    properties: ['service-erc=exchange-connector-oauth-application-user-agent'],
    typeSettings: expect.arrayContaining([
      'urls=main.a1-B_2.js',
      'cssURLs=index.c3.css',
      'htmlElementName=exchange-calendar-connector',
      'useESM=true',
    ]),
  });
});

test('a build without the expected file is an error, not an archive that answers 404', () => {
  expect(() => archive({ ...input, files: [{ path: 'index.c3.css', content: '' }] })).toThrow('main.*.js');
});

test('both applications are for the service and may read the user and call JSON web services', () => {
  const service = serviceAddressOf('https://calendar.example.com:8443', { allowLocalhost: false });
  const configurations = configuration({ ...input, service });
  for (const key of [USER_AGENT, HEADLESS]) {
    expect(configurations[key]).toMatchObject({
      '.serviceAddress': 'calendar.example.com:8443',
      '.serviceScheme': 'https',
      homePageURL: '$[conf:.serviceScheme]://$[conf:.serviceAddress]',
      scopes: ['Liferay.Headless.Admin.User.everything.read', 'liferay-json-web-services.everything'],
    });
  }
});

test.each([
  'https://example.com/calendar',
  'https://example.com/?a=b',
  'https://anna@example.com',
  'ftp://example.com',
  'example.com',
  '',
])('the service address “%s” is refused, since Liferay could not use it', (text) => {
  expect(() => serviceAddressOf(text, { allowLocalhost: true })).toThrow(
    'https://host[:port] without a path',
  );
});

test.each(['http://localhost:3001', 'https://127.0.0.1', 'https://[::1]:8443', 'http://connector.localhost'])(
  '%s is refused, unless somebody says that they try it out',
  (text) => {
    expect(() => serviceAddressOf(text, { allowLocalhost: false })).toThrow('--allow-localhost');
    const { host, protocol } = new URL(text);
    expect(serviceAddressOf(text, { allowLocalhost: true })).toEqual({
      address: host,
      scheme: protocol.slice(0, -1),
    });
  },
);

test('tokens are sent to no service without TLS', () => {
  expect(() => serviceAddressOf('http://calendar.example.com', { allowLocalhost: true })).toThrow('https');
});

test('the same input gives the same bytes', () => {
  expect(archive(input)).toEqual(archive(input));
});
