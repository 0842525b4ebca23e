/**
 * Mailboxes by whichever protocol their server speaks: Exchange Web Services or Microsoft Graph. Where a mailbox is, and so
 * by which one it is asked, may turn out with its first request only.
 */
import type {
  LocateMailbox,
  MailboxCalendar,
  MailboxCapabilities,
  MailboxProtocol,
  MailboxServer,
  OpenMailbox,
} from './mailbox-calendar.port.ts';
import type { OpenPush } from './mailbox-push.port.ts';
import type { OpenRooms, RoomDirectory } from './room-directory.port.ts';

/** What opens mailboxes over each protocol. */
export type ByProtocol<Open> = Readonly<Record<MailboxProtocol, Open>>;

export function protocolOf({ protocol = 'ews' }: Pick<MailboxServer, 'protocol'>): MailboxProtocol {
  return protocol;
}

/** Opens mailboxes over the protocol of their server. No request is made. */
export function openByProtocol(open: ByProtocol<OpenMailbox>): OpenMailbox {
  return (server, address, ownerZone) => {
    if (typeof server !== 'function') return open[protocolOf(server)](server, address, ownerZone);
    const over = (found: MailboxServer) => open[protocolOf(found)](found, address, ownerZone);
    const either = Object.values(open).map((each) => each(server, address, ownerZone).capabilities);
    return new LocatedMailbox(server, over, leastOf(either));
  };
}

/** Opens push by the protocol of the server: each of them says whether it is its own. */
export function firstOf(...opens: readonly OpenPush[]): OpenPush {
  return (server, address) => {
    for (const open of opens) {
      const opened = open(server, address);
      if (opened !== null) return opened;
    }
    return null;
  };
}

/** Opens room lists over the protocol of their server. No request is made. */
export function openRoomsByProtocol(open: ByProtocol<OpenRooms>): OpenRooms {
  return (server, address) => {
    const opened = async (): Promise<RoomDirectory> => {
      const found = typeof server === 'function' ? await server() : server;
      return open[protocolOf(found)](found, address);
    };
    return {
      lists: async () => (await opened()).lists(),
      rooms: async (list) => (await opened()).rooms(list),
    };
  };
}

/** What every one of them can do. */
function leastOf(all: readonly MailboxCapabilities[]): MailboxCapabilities {
  const least = (name: 'readBatch' | 'writeBatch' | 'changesPage' | 'overlapBatch') =>
    Math.min(...all.map((each) => each[name]));
  return {
    canSuppressMail: all.every((each) => each.canSuppressMail),
    canCompareAndSet: all.every((each) => each.canCompareAndSet),
    searchableStamp: all.every((each) => each.searchableStamp),
    occurrenceDeltas: all.every((each) => each.occurrenceDeltas),
    readBatch: least('readBatch'),
    writeBatch: least('writeBatch'),
    changesPage: least('changesPage'),
    overlapBatch: least('overlapBatch'),
  };
}

/** A mailbox that is located with its first request; a search that failed is made again with the next one. */
class LocatedMailbox implements MailboxCalendar {
  readonly #locate: LocateMailbox;
  readonly #over: (server: MailboxServer) => MailboxCalendar;
  readonly #least: MailboxCapabilities;
  #opening: Promise<MailboxCalendar> | undefined;
  #opened: MailboxCalendar | undefined;

  constructor(
    locate: LocateMailbox,
    over: (server: MailboxServer) => MailboxCalendar,
    least: MailboxCapabilities,
  ) {
    this.#locate = locate;
    this.#over = over;
    this.#least = least;
  }

  /** Until the first request what both can do. */
  get capabilities(): MailboxCapabilities {
    return this.#opened?.capabilities ?? this.#least;
  }

  async listFolders() {
    return (await this.#mailbox()).listFolders();
  }

  async changes(...asked: Parameters<MailboxCalendar['changes']>) {
    return (await this.#mailbox()).changes(...asked);
  }

  async read(...asked: Parameters<MailboxCalendar['read']>) {
    return (await this.#mailbox()).read(...asked);
  }

  async create(...asked: Parameters<MailboxCalendar['create']>) {
    return (await this.#mailbox()).create(...asked);
  }

  async update(...asked: Parameters<MailboxCalendar['update']>) {
    return (await this.#mailbox()).update(...asked);
  }

  async writeOccurrences(...asked: Parameters<MailboxCalendar['writeOccurrences']>) {
    return (await this.#mailbox()).writeOccurrences(...asked);
  }

  async respond(...asked: Parameters<MailboxCalendar['respond']>) {
    return (await this.#mailbox()).respond(...asked);
  }

  async remove(...asked: Parameters<MailboxCalendar['remove']>) {
    return (await this.#mailbox()).remove(...asked);
  }

  async overlapping(...asked: Parameters<MailboxCalendar['overlapping']>) {
    return (await this.#mailbox()).overlapping(...asked);
  }

  async findByStamp(...asked: Parameters<MailboxCalendar['findByStamp']>) {
    return (await this.#mailbox()).findByStamp(...asked);
  }

  #mailbox(): Promise<MailboxCalendar> {
    this.#opening ??= this.#locate()
      .then((server) => {
        this.#opened = this.#over(server);
        return this.#opened;
      })
      .catch((error: unknown) => {
        this.#opening = undefined;
        throw error;
      });
    return this.#opening;
  }
}
