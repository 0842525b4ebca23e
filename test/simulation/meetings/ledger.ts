/**
 * The mails of Exchange that organisers mean to cause by what they do in Liferay: to whom, how often at least and at most.
 * What is done between two runs travels together, so that of several deeds one mail may tell.
 */
import type { OutboxMail } from '#test/emulators/exchange/meetings.ts';
import { DAY, HOUR } from '../shapes.ts';

export type Told = Exclude<OutboxMail['kind'], 'response'>;

/** Clocks that are set apart, and a request on its way, are within this of the end of a meeting. */
export const AROUND_THE_END = 3 * HOUR;
/** Days have no zone: they are taken for over when they are so all over the Earth, and a day is more than enough for that. */
const AROUND_THE_DAYS_END = 2 * DAY;

/** Of a meeting, or of one occurrence. */
export interface End {
  /** When it is over, epoch ms. */
  readonly endsAt: number;
  readonly isAllDay: boolean;
}

/** Whether mail about what ends then has to go out, may, or must not. */
export function mailAbout({ endsAt, isAllDay }: End, now: number): 'must' | 'may' | 'none' {
  if (endsAt < now - (isAllDay ? AROUND_THE_DAYS_END : AROUND_THE_END)) return 'none';
  return endsAt > now + DAY ? 'must' : 'may';
}

interface Due {
  /** A number that all mails of one deed have. */
  readonly deed: number;
  readonly token: string;
  readonly kind: Told;
  readonly to: string;
  mail: ReturnType<typeof mailAbout>;
  /** When what it is about is over, epoch ms. */
  readonly endsAt: number;
  /** Mails that it may come to. */
  readonly most: number;
  isSettled: boolean;
}

export class Ledger {
  readonly #dues: Due[] = [];

  expect(due: Omit<Due, 'isSettled'>): void {
    this.#dues.push({ ...due, isSettled: false });
  }

  /** These are invited to the meeting now: what is on its way may be told to them too. */
  widen(token: string, addresses: readonly string[]): void {
    const open = this.#dues.filter((due) => due.token === token && !due.isSettled);
    for (const [, due] of new Map(open.map((each) => [`${each.deed} ${each.kind}`, each]))) {
      const known = open
        .filter(({ deed, kind }) => deed === due.deed && kind === due.kind)
        .map(({ to }) => to);
      for (const to of addresses.filter((address) => !known.includes(address))) {
        this.#dues.push({ ...due, to, mail: 'may' });
      }
    }
  }

  /** What is on its way may arrive or not. */
  loosen(isMet: (due: Readonly<Due>) => boolean): void {
    for (const due of this.#dues) {
      if (!due.isSettled && due.mail === 'must' && isMet(due)) due.mail = 'may';
    }
  }

  /** The meeting has other times: what is on its way may be about what was over, and is not any more. */
  revive(token: string): void {
    for (const due of this.#dues) {
      if (due.token === token && !due.isSettled && due.mail === 'none') due.mail = 'may';
    }
  }

  /** All that was on its way has arrived, in one mail of each kind or in several. */
  settle(now: number): void {
    const told = new Set<string>();
    for (const due of this.#dues) {
      if (due.isSettled) continue;
      const name = `${due.token} ${due.kind} ${due.to}`;
      if (due.mail === 'must' && (due.endsAt < now + AROUND_THE_END || told.has(name))) due.mail = 'may';
      if (due.mail === 'must') told.add(name);
      due.isSettled = true;
    }
  }

  bounds(token: string, kind: Told, to: string): { readonly least: number; readonly most: number } {
    const all = this.#dues.filter((due) => due.token === token && due.kind === kind && due.to === to);
    return {
      least: all.filter(({ mail }) => mail === 'must').length,
      most: all.reduce((sum, { mail, most }) => (mail === 'none' ? sum : sum + most), 0),
    };
  }

  /** All who were ever to hear of the meeting. */
  addressesOf(token: string): ReadonlySet<string> {
    return new Set(this.#dues.flatMap((due) => (due.token === token ? [due.to] : [])));
  }

  /** Everybody who may have got such a mail, as `token kind address`. */
  get names(): ReadonlySet<string> {
    return new Set(this.#dues.map(({ token, kind, to }) => `${token} ${kind} ${to}`));
  }
}
