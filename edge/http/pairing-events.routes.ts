/**
 * The events of a pairing that its owner has to look at or may want to: those set aside, those whose change is held
 * back, and the history. Only the owner's, as in pairings.routes.ts.
 */
import { Hono } from 'hono';
import { HeldDecision, Undo, WhyQuery } from '#shared/api.ts';
import { decideHeld, heldOf } from '#store/held.repository.ts';
import { changeOf, historyOf } from '#store/history.repository.ts';
import { problemsOf, retryParked } from '#store/problems.repository.ts';
import { planUndo } from '#store/undo.repository.ts';
import { whyOf } from '#store/why.repository.ts';
import { describeOwned, jsonBody, markOf, pageQuery, queryOf, SCHEMAS } from './openapi.ts';
import { requireOwned } from './owned-pairing.ts';
import { type Audience, NO_LONGER, type OwnershipEnv } from './ownership.ts';
import { ApiProblem } from './problem.ts';
import type { AppDependencies } from './settings.ts';

export function pairingEventRoutes({ db, effects }: AppDependencies, kind: Audience) {
  const describe = describeOwned(kind);
  return new Hono<OwnershipEnv>()
    .get(
      '/:id/problems',
      describe({
        summary: 'All items that were set aside, with the reason',
        answers: [200, SCHEMAS.Problems],
        reasons: ['pairingUnknown', 'invalidRequest'],
      }),
      pageQuery(),
      async (c) => {
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        return c.json(await problemsOf(db, pairing, c.req.valid('query').after ?? null));
      },
    )
    .post(
      '/:id/problems/:linkId/retry',
      describe({
        summary: 'Take an item that was set aside up again',
        answers: [202, SCHEMAS.SyncAccepted],
        reasons: ['pairingUnknown', 'notFound'],
      }),
      async (c) => {
        const session = c.get('session');
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        const nextRunAt = await retryParked(db, pairing, c.req.param('linkId'), session.act());
        if (nextRunAt === null)
          throw new ApiProblem('notFound', 'This item is not set aside. Load the pairing again.');
        return c.json({ nextRunAt }, 202);
      },
    )
    .get(
      '/:id/held',
      describe({
        summary: 'Changes that are held back because unusually many came at once, longest held first',
        answers: [200, SCHEMAS.HeldChanges],
        reasons: ['pairingUnknown', 'invalidRequest'],
      }),
      pageQuery(),
      async (c) => {
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        // Taken first: what is held from here on was not seen by whoever decides on all that was held by then.
        const now = effects.clock.now();
        return c.json({ ...(await heldOf(db, pairing, markOf(c.req.valid('query').after))), now });
      },
    )
    .post(
      '/:id/held',
      describe({
        summary:
          'Carry held changes out (approve), or give the side where they were made back what it had (reject)',
        answers: [202, SCHEMAS.HeldDecided],
        reasons: ['pairingUnknown', 'invalidRequest', 'bodyTooLarge'],
      }),
      jsonBody(HeldDecision),
      async (c) => {
        const session = c.get('session');
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        return c.json(await decideHeld(db, pairing, c.req.valid('json'), session.act()), 202);
      },
    )
    .get(
      '/:id/history',
      describe({
        summary: 'What happened to the events of the pairing, newest first',
        answers: [200, SCHEMAS.History],
        reasons: ['pairingUnknown', 'invalidRequest'],
      }),
      pageQuery(),
      async (c) => {
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        return c.json(await historyOf(db, pairing, markOf(c.req.valid('query').after)));
      },
    )
    .get(
      '/:id/history/:changeId',
      describe({
        summary: 'One entry of the history, with what stood there before',
        answers: [200, SCHEMAS.HistoryDetail],
        reasons: ['pairingUnknown', 'notFound'],
      }),
      async (c) => {
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        const found = await changeOf(db, pairing, c.req.param('changeId'));
        if (found === null) throw new ApiProblem('notFound', 'The history has no such entry, or no longer.');
        return c.json(found);
      },
    )
    .get(
      '/:id/why',
      describe({
        summary: 'Why an event is not in the other calendar, by its title or time',
        answers: [200, SCHEMAS.Why],
        reasons: ['pairingUnknown', 'invalidRequest'],
      }),
      queryOf(WhyQuery),
      async (c) => {
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        return c.json(await whyOf(db, pairing, c.req.valid('query')));
      },
    )
    .post(
      '/:id/undo',
      describe({
        summary: 'Take changes of the history back, on both sides, as far as that may be',
        answers: [202, SCHEMAS.UndoPlanned],
        reasons: ['pairingUnknown', NO_LONGER[kind], 'invalidRequest', 'bodyTooLarge'],
      }),
      jsonBody(Undo),
      async (c) => {
        const ownership = c.get('ownership');
        const pairing = await requireOwned(db, ownership, c.req.param('id'));
        await ownership.requireStill(pairing.address);
        const isRoom = kind === 'site';
        return c.json(
          await planUndo(db, { ...pairing, isRoom }, c.req.valid('json'), c.get('session').act()),
          202,
        );
      },
    );
}
