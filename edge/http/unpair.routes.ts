/** The end of a pairing whose copies are not to stay: what would go, and that it goes. Only the owner's, as in pairings.routes.ts. */
import { Hono } from 'hono';
import { Unpair } from '#shared/api.ts';
import { copiesOf, endWithoutCopies } from '#store/copies.repository.ts';
import { describeOwned, jsonBody, SCHEMAS } from './openapi.ts';
import { requireOwned } from './owned-pairing.ts';
import { type Audience, NO_LONGER, type OwnershipEnv } from './ownership.ts';
import { ApiProblem } from './problem.ts';
import type { AppDependencies } from './settings.ts';

export function unpairRoutes({ db }: AppDependencies, kind: Audience) {
  const describe = describeOwned(kind);
  return new Hono<OwnershipEnv>()
    .get(
      '/:id/copies',
      describe({
        summary: 'How many copies the end of the pairing could remove, on each side',
        answers: [200, SCHEMAS.Copies],
        reasons: ['pairingUnknown'],
      }),
      async (c) => {
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        return c.json(await copiesOf(db, [pairing.id]));
      },
    )
    .post(
      '/:id/unpair',
      describe({
        summary: 'Stop, and remove the copies on one side in the background',
        answers: [202, SCHEMAS.SyncAccepted],
        reasons: ['pairingUnknown', NO_LONGER[kind], 'copiesChanged', 'invalidRequest', 'bodyTooLarge'],
      }),
      jsonBody(Unpair),
      async (c) => {
        const ownership = c.get('ownership');
        const pairing = await requireOwned(db, ownership, c.req.param('id'));
        // As for whatever else is written to the mailbox or on the strength of it.
        await ownership.requireStill(pairing.address);
        const { copies: side, count } = c.req.valid('json');
        const nextRunAt = await endWithoutCopies(db, pairing, { side, count }, c.get('session').act());
        if (nextRunAt === null) throw new ApiProblem('copiesChanged');
        return c.json({ nextRunAt }, 202);
      },
    );
}
