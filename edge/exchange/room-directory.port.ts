/** Which rooms a server knows, by the lists that its administrators made of them. Servers before Exchange 2010 have none. */
import type { LocateMailbox, MailboxServer } from './mailbox-calendar.port.ts';

/** A room, or a list of rooms. */
export interface NamedAddress {
  /** SMTP address in lower case. */
  readonly address: string;
  readonly name: string;
}

/** Its methods reject with RemoteFailure: `versionRefused` where the server has no room lists. */
export interface RoomDirectory {
  lists(): Promise<readonly NamedAddress[]>;
  /** Rooms of one list, by its address. */
  rooms(list: string): Promise<readonly NamedAddress[]>;
}

/** Opens the directory of the server that has the mailbox, which is asked for by it; no request is made. */
export type OpenRooms = (server: MailboxServer | LocateMailbox, address: string) => RoomDirectory;
