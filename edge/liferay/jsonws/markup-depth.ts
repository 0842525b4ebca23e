/**
 * How deep markup is that people or portals wrote. The parser looks through all open elements at each tag, so that
 * deep markup takes quadratic time: a description of a megabyte could keep the service busy for an hour.
 */

/** Editors nest lists and tables, tens of levels at most. */
const DEPTH_LIMIT = 256;

/** The markup is deeper than anybody's. */
export class TooDeep extends Error {}

/** Told of each element that a parser opens and closes, elements without an end tag among them. */
export class MarkupDepth {
  #open = 0;

  /** Throws TooDeep. */
  enter(): void {
    this.#open += 1;
    if (this.#open > DEPTH_LIMIT) throw new TooDeep();
  }

  leave(): void {
    this.#open -= 1;
  }
}
