/**
 * The pairings of a user or of a site. One of somebody else answers as one that does not exist, so that ids cannot be
 * tried out.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { Hono } from 'hono';
import type * as v from 'valibot';
import type { MailboxFolder } from '#exchange/mailbox-calendar.port.ts';
import { type Direction, NewPairing, NewSitePairing, type Pairing, PairingPatch } from '#shared/api.ts';
import { DETAILS } from '#shared/details.ts';
import type { Owner } from '#store/mailboxes.repository.ts';
import {
  type Act,
  changeSettings,
  createPairing,
  deletePairing,
  type OwnedPairing,
  requestRun,
} from '#store/pairings.repository.ts';
import { pairingOf, pairingsOf } from '#store/status.repository.ts';
import { describeOwned, jsonBody, SCHEMAS } from './openapi.ts';
import { requireOwned } from './owned-pairing.ts';
import { NO_LONGER, NO_MAILBOX, type Ownership, type OwnershipEnv } from './ownership.ts';
import { requireDone } from './pairing-outcome.ts';
import { ApiProblem } from './problem.ts';
import type { AppDependencies } from './settings.ts';

/** What POST takes: a site has to name one of its mailboxes, a user has no choice. */
const NEW_PAIRING: Readonly<Record<Owner['kind'], v.GenericSchema<unknown, Wanted>>> = {
  user: NewPairing,
  site: NewSitePairing,
};
type Wanted = NewPairing & Partial<Pick<NewSitePairing, 'mailbox'>>;

export function pairingRoutes(deps: AppDependencies, kind: Owner['kind']) {
  const { db, effects } = deps;
  const describe = describeOwned(kind);

  const view = async ({ owner }: Ownership, id: string): Promise<Pairing> => {
    const found = await pairingOf(db, owner, id);
    if (found === null) throw new ApiProblem('pairingUnknown');
    return found;
  };

  return new Hono<OwnershipEnv>()
    .get(
      '/',
      describe({ summary: 'All pairings', answers: [200, SCHEMAS.Pairings], conditional: true }),
      async (c) => {
        const pairings = await pairingsOf(db, c.get('ownership').owner);
        const version = versionOf(pairings);
        c.header('ETag', `"${version}"`);
        if (names(c.req.header('If-None-Match'), version)) return c.body(null, 304);
        return c.json({ pairings, now: effects.clock.now(), version });
      },
    )
    .post(
      '/',
      describe({
        summary: 'Pair a calendar of the mailbox with a Liferay calendar',
        answers: [201, SCHEMAS.Pairing],
        reasons: [
          'invalidRequest',
          'bodyTooLarge',
          ...NO_MAILBOX[kind],
          'calendarNotManageable',
          'folderUnknown',
          'folderReadOnly',
          'calendarAlreadyPaired',
          'folderAlreadyPaired',
        ],
        asksExchange: true,
      }),
      jsonBody(NEW_PAIRING[kind]),
      async (c) => {
        const ownership = c.get('ownership');
        const id = await pair(deps, ownership, c.req.valid('json'), c.get('session').act());
        return c.json(await view(ownership, id), 201);
      },
    )
    .get(
      '/:id',
      describe({
        summary: 'One pairing',
        answers: [200, SCHEMAS.Pairing],
        reasons: ['pairingUnknown'],
      }),
      async (c) => c.json(await view(c.get('ownership'), c.req.param('id'))),
    )
    .patch(
      '/:id',
      describe({
        summary:
          'Change the settings: direction, conflict policy, Recycle Bin, what is shown, window; or pause it',
        answers: [200, SCHEMAS.Pairing],
        reasons: [
          'invalidRequest',
          'bodyTooLarge',
          'pairingUnknown',
          NO_LONGER[kind],
          'folderUnknown',
          'folderReadOnly',
          'folderAlreadyPaired',
        ],
        asksExchange: true,
      }),
      jsonBody(PairingPatch),
      async (c) => {
        const ownership = c.get('ownership');
        const pairing = await requireOwned(db, ownership, c.req.param('id'));
        await change(deps, ownership, pairing, c.req.valid('json'), c.get('session').act());
        return c.json(await view(ownership, pairing.id));
      },
    )
    .delete(
      '/:id',
      describe({
        summary: 'Stop; the events stay on both sides',
        answers: [204, null],
        reasons: ['pairingUnknown'],
      }),
      async (c) => {
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        await deletePairing(db, pairing, c.get('session').act());
        return c.body(null, 204);
      },
    )
    .post(
      '/:id/sync',
      describe({
        summary: 'Run as soon as possible',
        answers: [202, SCHEMAS.SyncAccepted],
        reasons: ['pairingUnknown'],
      }),
      async (c) => {
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        return c.json({ nextRunAt: await requestRun(db, pairing, c.get('session').act()) }, 202);
      },
    );
}

/** Both calendars are looked up with the user's own rights; what the client says about them is only their ids. */
async function pair(
  { db, effects, settings }: AppDependencies,
  ownership: Ownership,
  wanted: Wanted,
  act: Act,
): Promise<string> {
  const { owner, usualDetails: details } = ownership;
  const { exchangeCalendarId, liferayCalendarId, mailbox, ...chosen } = wanted;
  const { address, domain } = await ownership.mailbox(mailbox);
  const calendar = (await ownership.calendars()).find((each) => each.id === liferayCalendarId);
  if (calendar === undefined) throw new ApiProblem('calendarNotManageable');
  const folder = await folderFor(ownership, address, exchangeCalendarId, wanted.direction);
  const id = effects.ids.uuid();
  const { windowPastDays, windowFutureDays } = settings;
  const intervalSeconds = domain.intervalSeconds ?? settings.intervalSeconds;
  const outcome = await createPairing(
    db,
    { id: effects.ids.uuid(), owner, domainId: domain.id, address, intervalSeconds },
    { id, folder, calendar, windowPastDays, windowFutureDays, details, ...chosen },
    act,
  );
  requireDone(outcome);
  return id;
}

/** Whoever has lost the mailbox may still narrow what is done with it, pause it, and may delete the pairing. */
async function change(
  { db }: AppDependencies,
  ownership: Ownership,
  pairing: OwnedPairing,
  { paused = pairing.paused, ...patch }: PairingPatch,
  act: Act,
): Promise<void> {
  const resumes = pairing.paused && !paused;
  const writesBack = patch.direction === 'both' && pairing.direction !== 'both';
  if (resumes || writesBack || readsMore(pairing, patch)) await ownership.requireStill(pairing.address);
  if (writesBack) await folderFor(ownership, pairing.address, pairing.folderId, 'both');
  requireDone(await changeSettings(db, pairing, { ...patch, paused }, act));
}

/** Of weak tags too, which a proxy may have made of ours. */
function names(ifNoneMatch: string | undefined, version: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(`"${version}"`);
}

function versionOf(pairings: readonly Pairing[]): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(pairings)))).slice(0, 32);
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

async function folderFor(
  ownership: Ownership,
  address: string,
  id: string,
  direction: Direction,
): Promise<MailboxFolder> {
  const folder = (await ownership.folders(address)).find((each) => each.id === id);
  if (folder === undefined) throw new ApiProblem('folderUnknown');
  if (direction === 'both' && !folder.canWrite) throw new ApiProblem('folderReadOnly');
  return folder;
}
