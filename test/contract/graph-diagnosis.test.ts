/** What "Test connection" sees of a tenant through Microsoft Graph, and what it says is to be done. */
import { expect, test } from 'vitest';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { exchangeRemedies } from '#doctor/remedies.ts';
import { doctorEn } from '#shared/texts/doctor-en.ts';
import { ANNA } from './ews-world.ts';
import { openGraph } from './graph-world.ts';
import { createOne, readOne } from './mailbox-calendar-world.ts';

const EVENT = { ...NEUTRAL_EVENT, time: { kind: 'allDay', start: '2026-12-01', end: '2026-12-02' } } as const;
const failed = (reason: string) => ({ failure: { reason } });

test('an application with rights on the mailbox: every step is in order, and the probe leaves nothing', async () => {
  const { diagnosis, mailbox, entra, exchange } = await openGraph();
  expect(await diagnosis.greet()).toEqual(['Bearer']);
  expect(entra.requests).toBe(0);
  await diagnosis.signIn();
  expect(await diagnosis.version()).toMatchObject({ version: 'v1.0' });
  await diagnosis.actFor();
  const calendar = await diagnosis.calendar();
  expect(calendar).toMatchObject({ name: 'Calendar', items: 0, canWrite: true });
  const id = await createOne(mailbox, calendar.id, EVENT);
  expect((await diagnosis.calendar()).items).toBe(1);
  const { version } = await readOne(mailbox, id);
  expect(await diagnosis.removeForGood([{ id, version }])).toMatchObject([{ kind: 'written' }]);
  expect(exchange.mailbox(ANNA).calendar.items.size).toBe(0);
  expect(exchange.outbox).toEqual([]);
});

test('one without them is let in, and told which commands to type', async () => {
  const { diagnosis } = await openGraph({ permissions: [] });
  await diagnosis.signIn();
  await expect(diagnosis.actFor()).rejects.toMatchObject(failed('accessDenied'));
  const remedy = exchangeRemedies('oauth', false, () => 'graph');
  expect(remedy('impersonate', { reason: 'accessDenied', detail: '' })).toBe('graphNotGranted');
  expect(remedy('calendar', { reason: 'accessDenied', detail: '' })).toBe('graphNotGranted');
  const { graphNotGranted } = doctorEn.remedies;
  for (const command of [
    'New-ServicePrincipal',
    'New-ManagementRoleAssignment',
    'Test-ServicePrincipalAuthorization',
  ]) {
    expect(graphNotGranted).toContain(command);
  }
});

test('a mailbox that is on premises, and one that nobody has', async () => {
  const { diagnosis, graph } = await openGraph();
  graph.onPremises.add(ANNA);
  await expect(diagnosis.actFor()).rejects.toMatchObject(failed('mailboxElsewhere'));
  const other = await openGraph({ server: { knownAs: 'nobody@example.com' } });
  await expect(other.diagnosis.actFor()).rejects.toMatchObject(failed('mailboxNotFound'));
});

test('a secret that is wrong is refused at the sign-in', async () => {
  const { diagnosis, entra } = await openGraph();
  entra.revokeTokens();
  const signIn = {
    kind: 'oauth',
    tokenUrl: entra.tokenUrl,
    clientId: 'unknown',
    scope: null,
    proof: { kind: 'secret', secret: 'x' },
  } as const;
  const wrong = await openGraph({ server: { signIn } });
  await expect(wrong.diagnosis.signIn()).rejects.toMatchObject(failed('signInRefused'));
  await diagnosis.signIn();
});
