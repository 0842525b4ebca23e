/** What every text goes through before it is compared or written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sameJson } from '#core/canonical-json.ts';
import { multiLine, oneLine, sortedCategories } from '#core/text.ts';

/** Any UTF-16, with plenty of what is hard: controls, line breaks, half pairs, non-characters. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\r\n',
        '\r',
        '\n',
        '\t',
        '\0',
        '\u0085',
        '\u2028',
        ' ',
        '\u00a0',
        '\ud800',
        '\udc00',
        '\ufffe',
      ),
    ),
  )
  .map((parts) => parts.join(''));
/** XML 1.0, production Char. */
const XML_TEXT = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

describe('oneLine', () => {
  it.each([
    ['  Lunch\r\nwith\tAnna ', 'Lunch with Anna'],
    ['Lunch \n\n Anna', 'Lunch Anna'],
    ['Two  spaces stay', 'Two  spaces stay'],
    ['a\u2028b\u0085c\0d', 'a b c d'],
    ['half \ud83d pair', 'half \ufffd pair'],
    ['whole \u{1f4c5} pair', 'whole \u{1f4c5} pair'],
    ['no\ufffechar\uffff', 'nochar'],
    ['\n', ''],
  ])('%j becomes %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  it('is one line that XML can carry, and stays as it is when done again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = oneLine(text);
        expect(line).toMatch(/^[^\p{Cc}\u2028\u2029]*$/u);
        expect(line).toMatch(XML_TEXT);
        expect(line.isWellFormed()).toBe(true);
        expect(line).toBe(line.trim());
        expect(oneLine(line)).toBe(line);
      }),
    );
  });
});

describe('multiLine', () => {
  it.each([
    ['a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['  edges and\ttabs stay  \n', '  edges and\ttabs stay  \n'],
    ['bell\u0007 and escape\u001b', 'bell and escape'],
    ['half \udcc5', 'half \ufffd'],
  ])('%j becomes %j', (text, lines) => {
    expect(multiLine(text)).toBe(lines);
  });

  it('is text that XML can carry without \\r, and stays as it is when done again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = multiLine(text);
        expect(lines).toMatch(XML_TEXT);
        expect(lines).not.toContain('\r');
        expect(multiLine(lines)).toBe(lines);
      }),
    );
  });

  it('leaves ordinary text alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '\u{1f4c5}', ' ', '\t', '\n') }), (text) => {
        expect(multiLine(text)).toBe(text);
      }),
    );
  });
});

describe('sortedCategories', () => {
  it('are single lines without empty ones and duplicates, by code point', () => {
    expect(sortedCategories(['b', ' a ', '', '\n', 'b', 'B', '\u{1f4c5}', '\uff01'])).toEqual([
      'B',
      'a',
      'b',
      '\uff01',
      '\u{1f4c5}',
    ]);
    expect(sortedCategories(['ab', 'a', 'abc'])).toEqual(['a', 'ab', 'abc']);
  });

  it('do not depend on the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(anyText), (names) => {
        const sorted = sortedCategories(names);
        expect(sortedCategories([...names].reverse())).toEqual(sorted);
        expect(sortedCategories(sorted)).toEqual(sorted);
      }),
    );
  });
});

describe('canonicalJson', () => {
  it('sorts keys at every depth and keeps the order of lists', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 'x' }, null], a: true })).toBe(
      '{"a":true,"b":[{"c":"x","d":1},null]}',
    );
  });

  it('takes an undefined property for an absent one', () => {
    expect(sameJson({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(sameJson({ a: null }, {})).toBe(false);
    expect(canonicalJson([undefined])).toBe('[null]');
    expect(canonicalJson(undefined)).toBe('null');
  });

  it('loses nothing that JSON holds, and does not see the order of keys', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, reversed(member)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });

  it('tells different values apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const copy: unknown = JSON.parse(JSON.stringify(a));
        expect(sameJson(a, copy)).toBe(true);
        expect(sameJson({ a, b }, { a: b, b: a })).toBe(sameJson(a, b));
        expect(sameJson(a, [a])).toBe(false);
      }),
    );
  });
});
