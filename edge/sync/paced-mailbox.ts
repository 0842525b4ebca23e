/** A mailbox whose requests keep to what its server bears at present, and tell the watch of the slice how they went. */
import type { Clock } from '#core/effects.ts';
import { type Failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxCalendar } from '#exchange/mailbox-calendar.port.ts';
import type { ServerWatch } from './server-watch.ts';

/** `mailboxId` names it towards the watch. Its capabilities are those of the server at the moment. */
export function pacedMailbox(
  mailbox: MailboxCalendar,
  watch: ServerWatch,
  mailboxId: string,
  clock: Pick<Clock, 'now'>,
): MailboxCalendar {
  /** `size`: how many things the request asks for. `failuresIn`: those of single items, in its answer. */
  async function ask<T>(
    size: number,
    request: () => Promise<T>,
    failuresIn: (answer: T) => readonly Failure[] = () => [],
  ): Promise<T> {
    await watch.pass();
    const call = { mailboxId, askedAt: clock.now(), isLarge: size > 1 };
    let answer: T;
    try {
      answer = await request();
    } catch (error) {
      if (error instanceof RemoteFailure) await watch.exchangeFailed(error.failure, call);
      throw error;
    }
    watch.answered();
    const overload = failuresIn(answer).find(({ reason }) => reason === 'throttled' || reason === 'timedOut');
    if (overload) await watch.exchangeFailed(overload, call);
    return answer;
  }
  return {
    get capabilities() {
      const { readBatch, writeBatch, changesPage, ...rest } = mailbox.capabilities;
      return {
        ...rest,
        readBatch: watch.size(readBatch),
        writeBatch: watch.size(writeBatch),
        changesPage: watch.size(changesPage),
      };
    },
    listFolders: () => ask(1, () => mailbox.listFolders()),
    changes: (folderId, cursor) => {
      const most = watch.size(mailbox.capabilities.changesPage);
      // Only a folder that is listed from the beginning has much to tell.
      return ask(cursor === null ? most : 1, () => mailbox.changes(folderId, cursor, most));
    },
    read: (ids, mayGoOn) => {
      const most = watch.size(mailbox.capabilities.readBatch);
      return ask(most, () => mailbox.read(ids, mayGoOn, most), failures);
    },
    create: (folderId, creates) => ask(creates.length, () => mailbox.create(folderId, creates), failures),
    update: (updates) => ask(updates.length, () => mailbox.update(updates), failures),
    writeOccurrences: (writes) => ask(writes.length, () => mailbox.writeOccurrences(writes), failures),
    respond: (responses) => ask(responses.length, () => mailbox.respond(responses), failures),
    remove: (removes) => ask(removes.length, () => mailbox.remove(removes), failures),
    overlapping: (folderId, intervals) =>
      ask(intervals.length, () => mailbox.overlapping(folderId, intervals)),
    findByStamp: (folderId, stamps) => ask(stamps.length, () => mailbox.findByStamp(folderId, stamps)),
  };
}

function failures(outcomes: readonly ({ readonly kind: string } | FailedOutcome)[]): readonly Failure[] {
  return outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
}

interface FailedOutcome {
  readonly kind: 'failed';
  readonly failure: Failure;
}
