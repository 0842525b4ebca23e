/**
 * What the organisers made of their meetings, field by field: the last edit stands, and where both sides edited a field
 * unseen by each other, either may.
 */
import { otherSide, SIDES, type Side } from '../edit-kinds.ts';

/** Of all of a meeting. `when` of a single one only: a series is looked at occurrence by occurrence. */
export type MeetingField = 'title' | 'place' | 'when';
export type MeetingFields = Readonly<Partial<Record<MeetingField, string>>>;

class Claim {
  readonly may = new Map<Side, string>();
  readonly at: Record<Side, number> = { exchange: -1, liferay: -1 };
  /** Nobody can tell any more. */
  isOpen = false;
}

export class Claims {
  /** By token and field. */
  readonly #claims = new Map<string, Claim>();
  #settledAt = -1;

  #claim(token: string, field: string): Claim {
    const key = `${token} ${field}`;
    const found = this.#claims.get(key) ?? new Claim();
    this.#claims.set(key, found);
    return found;
  }

  /** Somebody made these of the fields on that side. */
  made(token: string, side: Side, fields: MeetingFields, step: number): void {
    const other = otherSide(side);
    for (const [field, value] of Object.entries(fields)) {
      const claim = this.#claim(token, field);
      if (claim.at[other] <= this.#settledAt) {
        claim.may.delete(other);
        claim.isOpen = false;
      }
      claim.may.set(side, value);
      claim.at[side] = step;
    }
  }

  settle(at: number): void {
    this.#settledAt = at;
  }

  /** What arrived since looks as if both sides had done it; of what is on its way, only the two sides can tell. */
  stateLost(settledAt: number): void {
    for (const claim of this.#claims.values()) {
      const last = Math.max(claim.at.exchange, claim.at.liferay);
      if (last > this.#settledAt) claim.isOpen = true;
      if (last <= settledAt) continue;
      for (const side of SIDES) {
        claim.at[side] = last;
        const value = claim.may.get(side) ?? claim.may.get(otherSide(side));
        if (value !== undefined) claim.may.set(side, value);
      }
    }
    this.#settledAt = Math.min(this.#settledAt, settledAt);
  }

  /** What the field may be at rest; null: that cannot be told. */
  allowed(token: string, field: MeetingField): readonly string[] | null {
    const { may, isOpen } = this.#claim(token, field);
    return may.size === 0 || isOpen ? null : [...may.values()];
  }
}
