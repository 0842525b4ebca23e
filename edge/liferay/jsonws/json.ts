/**
 * JSON of a portal, parsed within limits: a list of nothing but brackets becomes thirty times as much memory as it has
 * bytes.
 */
import { failure, RemoteFailure } from '#core/failure.ts';

/** Objects and lists. A snapshot of fifty calendars has 20,000 of them. */
const PARTS_LIMIT = 1_000_000;
/** Rows hold at most lists of values. */
const DEPTH_LIMIT = 100;

const QUOTE = 34;
const BACKSLASH = 92;
const OPENING: ReadonlySet<number> = new Set([91, 123]);
const CLOSING: ReadonlySet<number> = new Set([93, 125]);

/** Rejects with RemoteFailure `answerTooLarge` what has too many parts, and with `badAnswer` what is no JSON. */
export function parseJson(text: string): unknown {
  refuseUnlikelyJson(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RemoteFailure(failure('badAnswer', 'The answer is not JSON'), { cause });
  }
}

function refuseUnlikelyJson(text: string): void {
  let parts = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (CLOSING.has(code)) depth -= 1;
    else if (OPENING.has(code)) {
      parts += 1;
      depth += 1;
      if (depth > DEPTH_LIMIT) throw new RemoteFailure(failure('badAnswer', 'lists within lists'));
      if (parts > PARTS_LIMIT) {
        throw new RemoteFailure(failure('answerTooLarge', `more than ${PARTS_LIMIT} objects and lists`));
      }
    }
  }
}

/** Where the string ends that begins at `from`: at its closing quotation mark, or with the text. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
