/** `npm run emulators`: both emulators on their own, until Ctrl+C. Ports: EXCHANGE_PORT, LIFERAY_PORT, else 8081 and 8080. */
import process from 'node:process';
import { EXCHANGE_SERVICE_ACCOUNT, GRAPH_APPLICATION, OAUTH, serveEmulators } from './serve.ts';

function port(name: string, fallback: number): number {
  const text = process.env[name];
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new Error(`${name} is not a port: ${text}`);
  return value;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
    .join('\n');
}

const emulators = await serveEmulators({
  exchangePort: port('EXCHANGE_PORT', 8081),
  liferayPort: port('LIFERAY_PORT', 8080),
});

const addresses = [
  ['Exchange (EWS)', emulators.exchangeUrl],
  ['Microsoft Graph', emulators.graphUrl],
  ['  tokens', emulators.tokenUrl],
  ['Liferay', emulators.liferayUrl],
  ['  page', `${emulators.liferayUrl}/web/guest/calendar-sync`],
  ['  JSONWS', `${emulators.liferayUrl}/api/jsonws`],
];
const accounts = [
  ['Name', 'Liferay user', 'Mailbox', 'Password', 'Liferay calendar'],
  ...emulators.people.map((person) => [
    person.name,
    person.screenName,
    person.emailAddress,
    person.password,
    person.calendarId === null ? 'never opened' : String(person.calendarId),
  ]),
];
const services = [
  ['Exchange service account', EXCHANGE_SERVICE_ACCOUNT.user, EXCHANGE_SERVICE_ACCOUNT.password],
  ['Graph application', GRAPH_APPLICATION.clientId, GRAPH_APPLICATION.secret],
  ['Liferay headless server', OAUTH.headlessServerClientId, OAUTH.headlessServerSecret],
];
process.stdout.write(
  `Emulators are running. Ctrl+C stops them.\n\n${table(addresses)}\n\n${table(accounts)}\n\n${table(services)}\n`,
);

process.once('SIGINT', async () => {
  await emulators.close();
  process.exit(0);
});
