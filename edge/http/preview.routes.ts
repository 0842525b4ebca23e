/** What a sync would do before anything is written, and the start that ends this. Only the owner's, as in pairings.routes.ts. */
import { Hono } from 'hono';
import type { Database } from '#store/database.ts';
import { type OwnedPairing, startPairing } from '#store/pairings.repository.ts';
import { previewOf } from '#store/preview.repository.ts';
import { describeApi, markOf, pageQuery, SCHEMAS } from './openapi.ts';
import { requireOwned } from './owned-pairing.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv, Session } from './session.ts';
import type { AppDependencies } from './settings.ts';

export function previewRoutes({ db }: AppDependencies) {
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
        return c.json(await previewOf(db, pairing, markOf(c.req.valid('query').after)));
      },
    )
    .post(
      '/:id/start',
      describeApi({
        summary: 'End the preview: from now on both sides are written',
        tag: 'pairings',
        answers: [202, SCHEMAS.SyncAccepted],
        reasons: ['pairingUnknown', 'notPreviewing', 'notYourMailbox'],
      }),
      async (c) => {
        const session = c.get('session');
        const pairing = await requirePreviewing(db, session, c.req.param('id'));
        // As for a change of settings by which more is read or written.
        if (session.mailbox() !== pairing.address) throw new ApiProblem('notYourMailbox');
        return c.json({ nextRunAt: await startPairing(db, pairing, session.act()) }, 202);
      },
    );
}

async function requirePreviewing(db: Database, session: Session, id: string): Promise<OwnedPairing> {
  const pairing = await requireOwned(db, session, id);
  if (!pairing.preview) throw new ApiProblem('notPreviewing');
  return pairing;
}
