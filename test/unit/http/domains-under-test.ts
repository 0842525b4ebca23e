/** Exchange domains that are made by the API, and who looks after them. */
import { expect } from 'vitest';
import type { PortalUser } from '#liferay/portal-calendar.port.ts';
import { ADA, type Answer, type World } from './app-under-test.ts';

/** Administers the portal. */
export const PAUL: PortalUser = {
  ...ADA,
  id: '20808',
  name: 'Paul',
  emailAddress: 'paul@example.com',
  isPortalAdministrator: true,
};
/** Administers the domain of NEW. */
export const DORA: PortalUser = { ...ADA, id: '20505', name: 'Dora', emailAddress: 'dora@example.com' };
export const SECRET = 'the-service-password';
export const NEW = {
  name: 'Subsidiary',
  mailDomains: ['sub.example'],
  administrators: [{ kind: 'user', value: DORA.id }],
  reach: { kind: 'url', url: 'https://mail.sub.example/EWS/Exchange.asmx' },
  signIn: { kind: 'basic', user: 'SUB\\svc', password: SECRET },
};

export const outcome = ({ status, json }: Answer) => [status, json['reason']];

/** @returns its id */
export async function createDomain(world: World, body: object = {}): Promise<string> {
  const { status, json } = await world.call('POST', '/api/domains', { as: PAUL, body: { ...NEW, ...body } });
  expect(status).toBe(201);
  return String(json['id']);
}
