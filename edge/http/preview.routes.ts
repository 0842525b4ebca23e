/** What a sync would do before anything is written, and the start that ends this. Only the owner's, as in pairings.routes.ts. */
import { Hono } from 'hono';
import { AmbiguityDecisions } from '#shared/ambiguities.ts';
import { StartPairing } from '#shared/api.ts';
import { ambiguitiesOf, decideAmbiguities } from '#store/ambiguities.repository.ts';
import type { Database } from '#store/database.ts';
import { type OwnedPairing, startPairing } from '#store/pairings.repository.ts';
import { linksToInvite, previewOf } from '#store/preview.repository.ts';
import { describeOwned, jsonBody, markOf, pageQuery, SCHEMAS } from './openapi.ts';
import { requireOwned } from './owned-pairing.ts';
import { type Audience, NO_LONGER, type Ownership, type OwnershipEnv } from './ownership.ts';
import { ApiProblem } from './problem.ts';
import type { AppDependencies } from './settings.ts';

export function previewRoutes({ db, effects }: AppDependencies, kind: Audience) {
  const describe = describeOwned(kind);
  return new Hono<OwnershipEnv>()
    .get(
      '/:id/preview',
      describe({
        summary: 'What the sync would do if the pairing were started now, in order of time',
        answers: [200, SCHEMAS.Preview],
        reasons: ['pairingUnknown', 'notPreviewing', 'invalidRequest'],
      }),
      pageQuery(),
      async (c) => {
        const pairing = await requirePreviewing(db, c.get('ownership'), c.req.param('id'));
        const after = markOf(c.req.valid('query').after);
        return c.json(await previewOf(db, pairing, after, effects.clock.now()));
      },
    )
    .get(
      '/:id/ambiguities',
      describe({
        summary:
          'Events that match several on the other side, in order of time, and what was decided about them',
        answers: [200, SCHEMAS.Ambiguities],
        reasons: ['pairingUnknown', 'notPreviewing', 'invalidRequest'],
      }),
      pageQuery(),
      async (c) => {
        const pairing = await requirePreviewing(db, c.get('ownership'), c.req.param('id'));
        return c.json(await ambiguitiesOf(db, pairing, markOf(c.req.valid('query').after)));
      },
    )
    .post(
      '/:id/ambiguities',
      describe({
        summary: 'Say which events are the same, which are copied, and which are left out, from the start on',
        answers: [200, SCHEMAS.AmbiguitiesDecided],
        reasons: ['pairingUnknown', 'notPreviewing', 'invalidRequest', 'bodyTooLarge'],
      }),
      jsonBody(AmbiguityDecisions),
      async (c) => {
        const pairing = await requirePreviewing(db, c.get('ownership'), c.req.param('id'));
        const act = c.get('session').act();
        return c.json({ decided: await decideAmbiguities(db, pairing, c.req.valid('json'), act) });
      },
    )
    .post(
      '/:id/start',
      describe({
        summary:
          'End the preview: from now on both sides are written, with invitations to the meetings found in Liferay or without',
        answers: [202, SCHEMAS.SyncAccepted],
        reasons: [
          'pairingUnknown',
          'notPreviewing',
          'previewChanged',
          NO_LONGER[kind],
          'invalidRequest',
          'bodyTooLarge',
        ],
      }),
      jsonBody(StartPairing),
      async (c) => {
        const ownership = c.get('ownership');
        const pairing = await requirePreviewing(db, ownership, c.req.param('id'));
        // As for a change of settings by which more is read or written.
        await ownership.requireStill(pairing.address);
        const act = c.get('session').act();
        const inviting = await invitingLinks(db, pairing, c.req.valid('json'), act.atMs);
        return c.json({ nextRunAt: await startPairing(db, pairing, act, inviting) }, 202);
      },
    );
}

/** What comes between this look and the start is in none of them: its invitees wait for a change, as without a choice. */
async function invitingLinks(
  db: Database,
  pairing: OwnedPairing,
  choice: StartPairing,
  nowMs: number,
): Promise<readonly string[]> {
  if (choice.invitations !== 'send') return [];
  const links = await linksToInvite(db, pairing, choice.mark, nowMs);
  if (links === null) throw new ApiProblem('previewChanged');
  return links;
}

async function requirePreviewing(db: Database, ownership: Ownership, id: string): Promise<OwnedPairing> {
  const pairing = await requireOwned(db, ownership, id);
  if (!pairing.preview) throw new ApiProblem('notPreviewing');
  return pairing;
}
