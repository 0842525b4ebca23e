/** When a service came to a server: how many requests in a second, and how long a mailbox was not looked at. */

/** Requests to one server. */
export class Visits {
  readonly #last = new Map<string, number>();
  readonly #inSecond = new Map<number, number>();
  #longestGapMs = 0;

  begin(): void {
    this.#longestGapMs = 0;
    this.#inSecond.clear();
  }

  came(at: number, mailbox: string, isLook: boolean): void {
    const second = Math.floor(at / 1_000);
    this.#inSecond.set(second, (this.#inSecond.get(second) ?? 0) + 1);
    if (!isLook) return;
    this.#longestGapMs = Math.max(this.#longestGapMs, at - (this.#last.get(mailbox) ?? at));
    this.#last.set(mailbox, at);
  }

  /** Mailboxes that still wait count as well. */
  longestGapMs(now: number): number {
    return Math.max(this.#longestGapMs, ...[...this.#last.values()].map((at) => now - at));
  }

  get mostInASecond(): number {
    return Math.max(0, ...this.#inSecond.values());
  }
}
