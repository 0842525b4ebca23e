/** What is said to an invitation: what it is in Exchange, what is known of it, and what it may come to. */
import type { Side } from '../edit-kinds.ts';
import type { Said } from './copies.ts';

/** What Exchange mails for an answer. */
export type Says = 'Accept' | 'Tentative' | 'Decline';

/** Exchange puts away what was declined. */
export function standsAs(says: Says): Said {
  return says === 'Decline' ? 'gone' : says;
}

/** An answer that somebody gave in Liferay, as far as mail is concerned. */
export interface Answer {
  readonly copy: string;
  readonly day: number | null;
  readonly says: Says;
  readonly step: number;
  /** When what was answered is over, epoch ms. */
  readonly endsAt: number;
  /** The row was deleted: that counts only as long as nobody has changed the meeting. */
  readonly isDeletion: boolean;
  /** Mail has to go out, may, or must not. */
  mail: 'must' | 'may' | 'none';
  isSettled: boolean;
}

/** What a copy, or one occurrence of it, may come to say. */
export class Standing {
  /** By the side whose people brought it about. */
  readonly may = new Map<Side, Said>();
  readonly at: Record<Side, number> = { exchange: -1, liferay: -1 };
  /** Nobody can tell any more; that both sides are equal can be told. */
  isOpen = false;
}

/** What somebody does to a row of Liferay's by which they say something. */
export interface Saying {
  readonly copy: string;
  readonly day: number | null;
  readonly says: Says;
  readonly step: number;
  /** Epoch ms. */
  readonly now: number;
  /** Of the copy as it stands in Exchange now; null: it is not there, or was cancelled. */
  readonly endsAt: number | null;
  /** Of what the row shows: its organiser may have moved it since. Null: of a series. */
  readonly shownEndsAt: number | null;
  readonly isAllDay: boolean;
  /** The row does not begin when the copy does. */
  readonly isOfOldTime: boolean;
  /** The row did not say so already. */
  readonly isNew: boolean;
  readonly isDeletion: boolean;
  /** As it stands in Exchange now. */
  readonly before: Said;
}
