/**
 * Cuts an answer that goes on into its envelopes. Each is a whole document, and one follows the other; where pieces of the
 * answer begin and end means nothing. Memory is bounded by one envelope.
 */
import { failure, RemoteFailure } from '#core/failure.ts';
import { soapAnswer } from './transport.ts';

/** Exchange tells fifty events at a time, some 500 characters each, and a heartbeat of 200 subscriptions takes 60,000. */
const ENVELOPE_LIMIT = 1 << 20;
const END = /<\/(?:[\w.-]{1,64}:)?Envelope\s{0,64}>/g;
/** More than an end tag can have. */
const END_LIMIT = 256;

/** Fed piece by piece. Its methods throw RemoteFailure `badAnswer` or `answerTooLarge`, and no more is read then. */
export class EnvelopeReader {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #held: string[] = [];
  #length = 0;
  /** The last characters of what is held, in which an end tag may have begun. */
  #tail = '';

  /** The envelopes that end with this piece. */
  push(piece: Uint8Array): readonly string[] {
    const text = this.#decoded(piece);
    this.#held.push(text);
    this.#length += text.length;
    const window = this.#tail + text;
    const envelopes = window.search(END) < 0 ? [] : this.#cut();
    if (envelopes.length === 0) this.#tail = window.slice(-END_LIMIT);
    if (this.#length > ENVELOPE_LIMIT) {
      throw new RemoteFailure(
        failure('answerTooLarge', `an envelope of more than ${ENVELOPE_LIMIT} characters`),
      );
    }
    return envelopes;
  }

  /** The answer is over: nothing may be left. */
  end(): void {
    const rest = this.#held.join('') + this.#decoded();
    if (rest.trim() === '') return;
    soapAnswer(200, rest);
    throw new RemoteFailure(failure('badAnswer', 'the answer ends in the middle'));
  }

  #cut(): readonly string[] {
    const text = this.#held.join('');
    const envelopes: string[] = [];
    let from = 0;
    for (const { 0: tag, index } of text.matchAll(END)) {
      envelopes.push(text.slice(from, index + tag.length));
      from = index + tag.length;
    }
    const rest = text.slice(from);
    this.#held = [rest];
    this.#length = rest.length;
    this.#tail = rest.slice(-END_LIMIT);
    return envelopes;
  }

  #decoded(piece?: Uint8Array): string {
    try {
      return piece === undefined ? this.#decoder.decode() : this.#decoder.decode(piece, { stream: true });
    } catch (cause) {
      throw new RemoteFailure(failure('badAnswer', 'the answer is no text in UTF-8'), { cause });
    }
  }
}
