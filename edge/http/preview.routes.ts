/** What a sync would do before anything is written, and the start that ends this. Only the owner's, as in pairings.routes.ts. */
import { Hono } from 'hono';
import { StartPairing } from '#shared/api.ts';
import type { Database } from '#store/database.ts';
import { type OwnedPairing, startPairing } from '#store/pairings.repository.ts';
import { linksToInvite, previewOf } from '#store/preview.repository.ts';
import { describeApi, jsonBody, markOf, pageQuery, SCHEMAS } from './openapi.ts';
import { requireOwned } from './owned-pairing.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv, Session } from './session.ts';
import type { AppDependencies } from './settings.ts';

export function previewRoutes({ db, effects }: AppDependencies) {
  return new Hono<ApiEnv>()
    .get(
      '/:id/preview',
      describeApi({
        summary: 'What the sync would do if the pairing were started now, in order of time',
        tag: 'pairings',
        answers: [200, SCHEMAS.Preview],
        reasons: ['pairingUnknown', 'notPreviewing', 'invalidRequest'],
      }),
      pageQuery(),
      async (c) => {
        const pairing = await requirePreviewing(db, c.get('session'), c.req.param('id'));
        const after = markOf(c.req.valid('query').after);
        return c.json(await previewOf(db, pairing, after, effects.clock.now()));
      },
    )
    .post(
      '/:id/start',
      describeApi({
        summary:
          'End the preview: from now on both sides are written, with invitations to the meetings found in Liferay or without',
        tag: 'pairings',
        answers: [202, SCHEMAS.SyncAccepted],
        reasons: [
          'pairingUnknown',
          'notPreviewing',
          'previewChanged',
          'notYourMailbox',
          'invalidRequest',
          'bodyTooLarge',
        ],
      }),
      jsonBody(StartPairing),
      async (c) => {
        const session = c.get('session');
        const pairing = await requirePreviewing(db, session, c.req.param('id'));
        // As for a change of settings by which more is read or written.
        if (session.mailbox() !== pairing.address) throw new ApiProblem('notYourMailbox');
        const act = session.act();
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

async function requirePreviewing(db: Database, session: Session, id: string): Promise<OwnedPairing> {
  const pairing = await requireOwned(db, session, id);
  if (!pairing.preview) throw new ApiProblem('notPreviewing');
  return pairing;
}
