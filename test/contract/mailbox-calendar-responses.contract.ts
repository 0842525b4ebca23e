/** What every MailboxCalendar does when the owner of its mailbox answers an invitation. */
import { expect, test } from 'vitest';
import type { Answer } from '#core/responses.ts';
import type { InvitationIntent, MailboxResponded } from '#exchange/mailbox-calendar.port.ts';
import { type MailboxWorld, readOne } from './mailbox-calendar-world.ts';

type Open = () => Promise<MailboxWorld>;

async function answer(
  { mailbox }: MailboxWorld,
  id: string,
  response: Answer,
  invitations: InvitationIntent,
  date: string | null = null,
): Promise<MailboxResponded | undefined> {
  const { event, version } = await readOne(mailbox, id);
  const occurrence = date === null ? null : { series: event, date };
  return (await mailbox.respond([{ id, version, response, occurrence, invitations }]))[0];
}

export function responseTests(open: Open): void {
  test.each(['accepted', 'tentative'] as const)(
    '%s: the item says so, and the organiser has one mail',
    async (response) => {
      const world = await open();
      const id = world.person.invited('Meeting', false);
      expect((await readOne(world.mailbox, id)).event).toMatchObject({
        meeting: true,
        ownResponse: 'pending',
      });
      const mails = world.mails();
      const outcome = await answer(world, id, response, 'all');
      const { event, version } = await readOne(world.mailbox, id);
      expect(event.ownResponse).toBe(response);
      expect(outcome).toEqual({ kind: 'written', id, version });
      expect(world.mails()).toBe(mails + 1);
    },
  );

  test('declined: the item is put away', async () => {
    const world = await open();
    const id = world.person.invited('Meeting', false);
    expect(await answer(world, id, 'declined', 'all')).toEqual({ kind: 'gone' });
    expect(await world.mailbox.read([id])).toEqual([{ kind: 'gone', id }]);
  });

  test('without mail nobody is told', async ({ skip }) => {
    const world = await open();
    skip(!world.mailbox.capabilities.canSuppressMail, 'it cannot suppress mail');
    const id = world.person.invited('Meeting', false);
    const mails = world.mails();
    await answer(world, id, 'accepted', 'none');
    expect((await readOne(world.mailbox, id)).event.ownResponse).toBe('accepted');
    expect(world.mails()).toBe(mails);
  });

  test('one occurrence of a series is answered, and no other', async () => {
    const world = await open();
    const id = world.person.invited('Series', true);
    const outcome = await answer(world, id, 'tentative', 'all', '2027-03-03');
    const { event, version } = await readOne(world.mailbox, id);
    expect(event.ownResponse).toBe('pending');
    expect(event.exceptions).toMatchObject({ '2027-03-03': { ownResponse: 'tentative' } });
    expect(Object.keys(event.exceptions)).toHaveLength(1);
    expect(outcome).toEqual({ kind: 'written', id, version });
  });

  test('one occurrence is declined: it is deleted, and the series stays', async () => {
    const world = await open();
    const id = world.person.invited('Series', true);
    await answer(world, id, 'declined', 'all', '2027-03-03');
    expect((await readOne(world.mailbox, id)).event.exceptions).toEqual({ '2027-03-03': 'deleted' });
  });

  test('an occurrence that the series has not is refused, and the others are answered', async () => {
    const world = await open();
    const [series, single] = [world.person.invited('Series', true), world.person.invited('Meeting', false)];
    const items = await Promise.all([series, single].map((id) => readOne(world.mailbox, id)));
    const [one, other] = items;
    if (!one || !other) throw new Error('not invited');
    const common = { response: 'accepted', invitations: 'all' } as const;
    expect(
      await world.mailbox.respond([
        {
          id: one.id,
          version: one.version,
          occurrence: { series: one.event, date: '2027-05-01' },
          ...common,
        },
        { id: other.id, version: other.version, occurrence: null, ...common },
      ]),
    ).toMatchObject([
      { kind: 'failed', failure: { reason: 'occurrenceRefused' } },
      { kind: 'written', id: single },
    ]);
  });

  test('of a meeting that was cancelled meanwhile nothing is answered: it has to be looked at again', async () => {
    const world = await open();
    const id = world.person.invited('Meeting', false);
    const { version } = await readOne(world.mailbox, id);
    world.person.cancelled(id);
    const response = { id, version, response: 'accepted', occurrence: null, invitations: 'all' } as const;
    expect(await world.mailbox.respond([response])).toMatchObject([
      { kind: 'failed', failure: { reason: 'changedMeanwhile' } },
    ]);
  });
}
