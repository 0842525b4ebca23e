/** Planted bugs on the way to Exchange: in what a mailbox answers and is told, and in the requests themselves. */
import type { HttpFetch } from '#core/effects.ts';
import type { MailboxCalendar, MailboxItem } from '#exchange/mailbox-calendar.port.ts';
import { type EngineParts, EXCHANGE_URL, type World } from './world.ts';

type MailboxWrap = (mailbox: MailboxCalendar) => Partial<MailboxCalendar>;

export function inMailbox(wrap: MailboxWrap): EngineParts {
  return {
    openMailbox: (open) => (server, address, zone) => wrapMailbox(open(server, address, zone), wrap),
  };
}

export function wrapMailbox(mailbox: MailboxCalendar, wrap: MailboxWrap): MailboxCalendar {
  const bound: MailboxCalendar = {
    capabilities: mailbox.capabilities,
    listFolders: () => mailbox.listFolders(),
    changes: (...asked) => mailbox.changes(...asked),
    read: (...asked) => mailbox.read(...asked),
    create: (folderId, creates) => mailbox.create(folderId, creates),
    update: (updates) => mailbox.update(updates),
    writeOccurrences: (writes) => mailbox.writeOccurrences(writes),
    respond: (responses) => mailbox.respond(responses),
    remove: (removes) => mailbox.remove(removes),
    overlapping: (folderId, intervals) => mailbox.overlapping(folderId, intervals),
    findByStamp: (folderId, stamps) => mailbox.findByStamp(folderId, stamps),
  };
  return { ...bound, ...wrap(bound) };
}

export function readAs(
  mailbox: MailboxCalendar,
  wrong: (item: MailboxItem) => Partial<MailboxItem>,
): Partial<MailboxCalendar> {
  return {
    read: async (...asked) =>
      (await mailbox.read(...asked)).map((read) =>
        read.kind === 'item' ? { ...read, item: { ...read.item, ...wrong(read.item) } } : read,
      ),
  };
}

export function reading(wrong: (item: MailboxItem) => Partial<MailboxItem>): EngineParts {
  return inMailbox((mailbox) => readAs(mailbox, wrong));
}

export function withRequest(change: (body: string) => string): (fetch: HttpFetch) => HttpFetch {
  return (fetch) => (url, request) =>
    url === EXCHANGE_URL && request.body !== undefined
      ? fetch(url, { ...request, body: change(request.body) })
      : fetch(url, request);
}

export function countedFromZero(_: string, index: string): string {
  return `InstanceIndex="${Math.max(1, Number(index) - 1)}"`;
}

/** The server's list of deleted occurrences ends after the first. */
export function firstDeletionOnly(fetch: HttpFetch): HttpFetch {
  return async (url, request) => {
    const response = await fetch(url, request);
    if (url !== EXCHANGE_URL) return response;
    const parts: Uint8Array[] = [];
    for await (const part of response.body ?? []) parts.push(part);
    const text = new TextDecoder()
      .decode(Buffer.concat(parts))
      .replace(
        /(<t:DeletedOccurrences>\s*<t:DeletedOccurrence>.*?<\/t:DeletedOccurrence>).*?(<\/t:DeletedOccurrences>)/gs,
        '$1$2',
      );
    return {
      ...response,
      status: response.status,
      headers: response.headers,
      body: new Blob([text]).stream(),
    };
  };
}

export function withoutStamps(mailbox: MailboxCalendar): Partial<MailboxCalendar> {
  return {
    findByStamp: async () => [],
    read: async (ids) =>
      (await mailbox.read(ids)).map((read) =>
        read.kind === 'item' ? { ...read, item: { ...read.item, stamp: null } } : read,
      ),
  };
}

/** Says that occurrences were written, of a series that got another rule from us. */
export function withoutRestoring(mailbox: MailboxCalendar, bare: Set<string>): Partial<MailboxCalendar> {
  return {
    update: async (updates) => {
      for (const { id, fields, wasSeries } of updates) if (wasSeries && fields.includes('when')) bare.add(id);
      return mailbox.update(updates);
    },
    writeOccurrences: async (writes) => {
      const real = writes.filter(({ id }) => !bare.has(id));
      const written = real.length > 0 ? await mailbox.writeOccurrences(real) : [];
      return writes.map((write) => {
        const at = real.indexOf(write);
        return written[at] ?? { kind: 'written', id: write.id, version: write.version };
      });
    },
  };
}

export function echoByTime(
  mailbox: MailboxCalendar,
  clock: World['clock'],
  writtenAt: Map<string, number>,
): Partial<MailboxCalendar> {
  return {
    update: async (updates) => {
      const written = await mailbox.update(updates);
      for (const { id } of updates) writtenAt.set(id, clock.now());
      return written;
    },
    changes: async (folderId, cursor) => {
      const page = await mailbox.changes(folderId, cursor);
      const fresh = (id: string) => clock.now() - (writtenAt.get(id) ?? Number.NEGATIVE_INFINITY) < 60_000;
      return {
        ...page,
        changes: page.changes.filter((change) => change.kind === 'deleted' || !fresh(change.id)),
      };
    },
  };
}
