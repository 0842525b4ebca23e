/**
 * The user's pairings. One of somebody else answers as one that does not exist, so that ids cannot be tried out.
 */
import { Hono } from 'hono';
import type { MailboxFolder } from '#exchange/mailbox-calendar.port.ts';
import { type Direction, NewPairing, type Pairing, PairingPatch } from '#shared/api.ts';
import {
  changeDirection,
  createPairing,
  deletePairing,
  findOwned,
  historyOf,
  type OwnedPairing,
  type PairingOutcome,
  requestRun,
  retryParked,
} from '#store/pairings.repository.ts';
import { pairingOf, pairingsOf } from '#store/status.repository.ts';
import { describeApi, jsonBody, SCHEMAS } from './openapi.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv, Session } from './session.ts';
import type { AppDependencies } from './settings.ts';

export function pairingRoutes(deps: AppDependencies) {
  const { db, effects } = deps;

  const owned = async (session: Session, id: string): Promise<OwnedPairing> => {
    const found = await findOwned(db, session.owner, id);
    if (found === null) throw new ApiProblem('pairingUnknown');
    return found;
  };
  const view = async (session: Session, id: string): Promise<Pairing> => {
    const found = await pairingOf(db, session.owner, id);
    if (found === null) throw new ApiProblem('pairingUnknown');
    return found;
  };

  return new Hono<ApiEnv>()
    .get(
      '/',
      describeApi({ summary: 'The user’s pairings', tag: 'pairings', answers: [200, SCHEMAS.Pairings] }),
      async (c) =>
        c.json({ pairings: await pairingsOf(db, c.get('session').owner), now: effects.clock.now() }),
    )
    .post(
      '/',
      describeApi({
        summary: 'Pair a calendar of the user’s mailbox with a Liferay calendar',
        tag: 'pairings',
        answers: [201, SCHEMAS.Pairing],
        reasons: [
          'invalidRequest',
          'bodyTooLarge',
          'noMailboxAddress',
          'addressNotVerified',
          'calendarNotManageable',
          'folderUnknown',
          'folderReadOnly',
          'calendarAlreadyPaired',
          'folderAlreadyPaired',
        ],
        asksExchange: true,
      }),
      jsonBody(NewPairing),
      async (c) => {
        const session = c.get('session');
        const id = await pair(deps, session, c.req.valid('json'));
        return c.json(await view(session, id), 201);
      },
    )
    .get(
      '/:id',
      describeApi({
        summary: 'One pairing',
        tag: 'pairings',
        answers: [200, SCHEMAS.Pairing],
        reasons: ['pairingUnknown'],
      }),
      async (c) => c.json(await view(c.get('session'), c.req.param('id'))),
    )
    .patch(
      '/:id',
      describeApi({
        summary: 'Change the direction',
        tag: 'pairings',
        answers: [200, SCHEMAS.Pairing],
        reasons: [
          'invalidRequest',
          'bodyTooLarge',
          'pairingUnknown',
          'notYourMailbox',
          'folderUnknown',
          'folderReadOnly',
          'folderAlreadyPaired',
        ],
        asksExchange: true,
      }),
      jsonBody(PairingPatch),
      async (c) => {
        const session = c.get('session');
        const pairing = await owned(session, c.req.param('id'));
        await redirect(deps, session, pairing, c.req.valid('json').direction);
        return c.json(await view(session, pairing.id));
      },
    )
    .delete(
      '/:id',
      describeApi({
        summary: 'Stop; the events stay on both sides',
        tag: 'pairings',
        answers: [204, null],
        reasons: ['pairingUnknown'],
      }),
      async (c) => {
        const session = c.get('session');
        await deletePairing(db, await owned(session, c.req.param('id')), session.act());
        return c.body(null, 204);
      },
    )
    .post(
      '/:id/sync',
      describeApi({
        summary: 'Run as soon as possible',
        tag: 'pairings',
        answers: [202, SCHEMAS.SyncAccepted],
        reasons: ['pairingUnknown'],
      }),
      async (c) => {
        const session = c.get('session');
        const pairing = await owned(session, c.req.param('id'));
        return c.json({ nextRunAt: await requestRun(db, pairing, session.act()) }, 202);
      },
    )
    .get(
      '/:id/history',
      describeApi({
        summary: 'What the connector changed, newest first',
        tag: 'pairings',
        answers: [200, SCHEMAS.History],
        reasons: ['pairingUnknown'],
      }),
      async (c) => {
        const pairing = await owned(c.get('session'), c.req.param('id'));
        return c.json({ entries: await historyOf(db, pairing) });
      },
    )
    .post(
      '/:id/problems/:linkId/retry',
      describeApi({
        summary: 'Take an item that was set aside up again',
        tag: 'pairings',
        answers: [202, SCHEMAS.SyncAccepted],
        reasons: ['pairingUnknown', 'notFound'],
      }),
      async (c) => {
        const session = c.get('session');
        const pairing = await owned(session, c.req.param('id'));
        const nextRunAt = await retryParked(db, pairing, c.req.param('linkId'), session.act());
        if (nextRunAt === null)
          throw new ApiProblem('notFound', 'This item is not set aside. Load the pairing again.');
        return c.json({ nextRunAt }, 202);
      },
    );
}

/** Both calendars are looked up with the user's own rights; what the client says about them is only their ids. */
async function pair(deps: AppDependencies, session: Session, wanted: NewPairing): Promise<string> {
  const { db, effects, settings } = deps;
  const address = session.mailbox();
  const calendar = (await session.calendars()).find((each) => each.id === wanted.liferayCalendarId);
  if (calendar === undefined) throw new ApiProblem('calendarNotManageable');
  const folder = await folderFor(session, wanted.exchangeCalendarId, wanted.direction);
  const id = effects.ids.uuid();
  const { intervalSeconds, windowPastDays, windowFutureDays } = settings;
  const outcome = await createPairing(
    db,
    { id: effects.ids.uuid(), owner: session.owner, address, intervalSeconds },
    { id, folder, calendar, direction: wanted.direction, windowPastDays, windowFutureDays },
    session.act(),
  );
  requireDone(outcome);
  return id;
}

async function redirect(
  deps: AppDependencies,
  session: Session,
  pairing: OwnedPairing,
  direction: Direction,
): Promise<void> {
  if (pairing.direction === direction) return;
  if (direction === 'both') {
    if (session.mailbox() !== pairing.address) throw new ApiProblem('notYourMailbox');
    await folderFor(session, pairing.folderId, direction);
  }
  requireDone(await changeDirection(deps.db, pairing, direction, session.act()));
}

async function folderFor(session: Session, id: string, direction: Direction): Promise<MailboxFolder> {
  const folder = (await session.folders()).find((each) => each.id === id);
  if (folder === undefined) throw new ApiProblem('folderUnknown');
  if (direction === 'both' && !folder.canWrite) throw new ApiProblem('folderReadOnly');
  return folder;
}

function requireDone(outcome: PairingOutcome): void {
  switch (outcome) {
    case 'done':
      return;
    case 'calendarTaken':
      throw new ApiProblem('calendarAlreadyPaired');
    case 'folderTaken':
      throw new ApiProblem('folderAlreadyPaired');
    default:
      outcome satisfies never;
  }
}
