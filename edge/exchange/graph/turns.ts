/** So many things at the same time and no more; whoever comes first is served first. */

/** A gate with places. Work that needs several places waits until as many are free. */
export class Turns {
  readonly #places: number;
  readonly #waiting: { readonly needs: number; readonly go: () => void }[] = [];
  #free: number;

  constructor(places: number) {
    this.#places = places;
    this.#free = places;
  }

  /** Whether nobody is inside or waits. */
  get idle(): boolean {
    return this.#free === this.#places && this.#waiting.length === 0;
  }

  /** `needs` beyond all places counts as all of them. */
  async run<T>(needs: number, work: () => Promise<T>): Promise<T> {
    const taken = Math.min(needs, this.#places);
    await this.#enter(taken);
    try {
      return await work();
    } finally {
      this.#free += taken;
      this.#admit();
    }
  }

  #enter(needs: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ needs, go });
      this.#admit();
    });
  }

  #admit(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && next.needs <= this.#free;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#free -= next.needs;
      next.go();
    }
  }
}
