/**
 * The user's pairings. One of somebody else answers as one that does not exist, so that ids cannot be tried out.
 */
import { Hono } from 'hono';
import type { MailboxFolder } from '#exchange/mailbox-calendar.port.ts';
import { type Direction, NewPairing, type Pairing, PairingPatch } from '#shared/api.ts';
import { DETAILS, USUAL_DETAILS } from '#shared/details.ts';
import {
  changeSettings,
  createPairing,
  deletePairing,
  type OwnedPairing,
  type PairingOutcome,
  requestRun,
} from '#store/pairings.repository.ts';
import { pairingOf, pairingsOf } from '#store/status.repository.ts';
import { describeApi, jsonBody, SCHEMAS } from './openapi.ts';
import { requireOwned } from './owned-pairing.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv, Session } from './session.ts';
import type { AppDependencies } from './settings.ts';

export function pairingRoutes(deps: AppDependencies) {
  const { db, effects } = deps;

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
        summary: 'Change the settings: direction, conflict policy, Recycle Bin, what is shown, window',
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
        const pairing = await requireOwned(db, session, c.req.param('id'));
        await change(deps, session, pairing, c.req.valid('json'));
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
        await deletePairing(db, await requireOwned(db, session, c.req.param('id')), session.act());
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
        const pairing = await requireOwned(db, session, c.req.param('id'));
        return c.json({ nextRunAt: await requestRun(db, pairing, session.act()) }, 202);
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
  const { exchangeCalendarId: _, liferayCalendarId: __, ...chosen } = wanted;
  const { intervalSeconds, windowPastDays, windowFutureDays } = settings;
  const outcome = await createPairing(
    db,
    { id: effects.ids.uuid(), owner: session.owner, address, intervalSeconds },
    { id, folder, calendar, windowPastDays, windowFutureDays, details: USUAL_DETAILS.user, ...chosen },
    session.act(),
  );
  requireDone(outcome);
  return id;
}

/** Whoever has lost the address may still narrow what is done with its mailbox, and may delete the pairing. */
async function change(
  deps: AppDependencies,
  session: Session,
  pairing: OwnedPairing,
  patch: PairingPatch,
): Promise<void> {
  const writesBack = patch.direction === 'both' && pairing.direction !== 'both';
  if (writesBack || readsMore(pairing, patch)) {
    if (session.mailbox() !== pairing.address) throw new ApiProblem('notYourMailbox');
  }
  if (writesBack) await folderFor(session, pairing.folderId, 'both');
  requireDone(await changeSettings(deps.db, pairing, patch, session.act()));
}

function readsMore(pairing: OwnedPairing, patch: PairingPatch): boolean {
  const { windowPastDays = 0, windowFutureDays = 0 } = patch;
  const isWider = windowPastDays > pairing.windowPastDays || windowFutureDays > pairing.windowFutureDays;
  return isWider || showsMore(pairing, patch);
}

function showsMore(pairing: OwnedPairing, patch: PairingPatch): boolean {
  const { details = pairing.details, showPrivate = false, participants = false } = patch;
  return (
    DETAILS.indexOf(details) < DETAILS.indexOf(pairing.details) ||
    (showPrivate && !pairing.showPrivate) ||
    (participants && !pairing.participants)
  );
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
