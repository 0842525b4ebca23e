/** Descriptions between plain text and Liferay's HTML, there and back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToText, textToHtml } from '#liferay/jsonws/description-html.ts';
import { sanitizeDescription } from '#test/emulators/liferay/description-sanitizer.ts';

const lines = (text: string): string => text.replace(/\r\n?/g, '\n');

describe('plain text written as HTML', () => {
  it('comes back as it was, for every string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(htmlToText(textToHtml(text))).toBe(lines(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('comes back as it was where it looks like markup, entities or layout', () => {
    const piece = fc.constantFrom(
      '<b>',
      '</div>',
      '<br />',
      '<script>',
      '<!--',
      ']]>',
      '&amp;',
      '&nbsp;',
      '&#0;',
      '&lt',
      '\u00a0',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\r',
      '"',
      "'",
      'a',
      '\u0000',
      '<div style="white-space: pre-wrap">',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        expect(htmlToText(textToHtml(text))).toBe(lines(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps its lines when a sanitiser respells the markup', () => {
    const html = textToHtml('one\n\n  two  words\n').replaceAll('<br />', '<br>\n').replace('wrap', 'wrap;');
    expect(htmlToText(html)).toBe('one\n\n  two  words\n');
  });

  it('keeps its lines when a sanitiser breaks them again with every edit', () => {
    const stored = (html: string) => sanitizeDescription(html, 'antiSamy');
    expect(htmlToText(stored(stored(stored(textToHtml('one\n\ntwo')))))).toBe('one\n\ntwo');
  });

  it('keeps its lines when a sanitiser drops the style', () => {
    const html = textToHtml('one\n\ntwo').replace(/ style="[^"]*"/, '');
    expect(htmlToText(html)).toBe('one\n\ntwo');
  });

  describe.each(['patterns', 'antiSamy'] as const)(
    'comes back from a portal that cleans with %s',
    (cleaner) => {
      const stored = (html: string) => sanitizeDescription(html, cleaner);
      const word = fc.constantFrom(
        ...[
          'alert(',
          'aleralert(1)t(',
          ')',
          'innerHTML',
          ' = ',
          '=',
          ' onclick=',
          'x',
          "'",
          '"',
          '<?',
          '?>',
          '<%',
          '%>',
        ],
        ...[
          '<asp:a>',
          '</asp:a>',
          '<script>',
          '</script>',
          '<style>',
          '<form>',
          '<!--',
          '-->',
          '<o:p>',
          '&nbsp;',
          '&',
        ],
        ...[
          '\n',
          '\n\n',
          ' ',
          '  ',
          '\t',
          '\u00a0',
          '>',
          '<',
          '<p onload=a>',
          'https://a.example/?on=1&b=alert(2)',
        ],
      );
      const text = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
      );

      it('as it was, for every string', () => {
        fc.assert(
          fc.property(text, (written) => {
            expect(htmlToText(stored(textToHtml(written)))).toBe(lines(written));
          }),
          { numRuns: 2000 },
        );
      });

      it('as what is read of it, for every HTML, however often it is written back', () => {
        const element = fc.constantFrom('p', 'div', 'b', 'pre', 'ul', 'li', 'td', 'br', 'span');
        const html = fc
          .array(
            fc.oneof(
              text.map((part) => part.replaceAll('<', '')),
              element.map((name) => `<${name}>`),
            ),
            { maxLength: 12 },
          )
          .map((parts) => parts.join(''));
        fc.assert(
          fc.property(html, (written) => {
            const read = htmlToText(stored(written));
            expect(htmlToText(stored(textToHtml(read)))).toBe(read);
          }),
          { numRuns: 2000 },
        );
      });
    },
  );

  it('holds no markup of its own', () => {
    expect(textToHtml('<img src=x onerror=alert(1)>')).not.toContain('<img');
  });
});

describe('HTML of Liferay’s editor', () => {
  it.each([
    ['<p>One</p>\n\n<p>Two <strong>bold</strong>  words</p>\n', 'One\nTwo bold words'],
    ['<p>One</p><p>&nbsp;</p><p>Two</p>', 'One\n\nTwo'],
    ['One<br />Two<br>Three', 'One\nTwo\nThree'],
    ['<ul><li>a</li><li>b</li></ul>', 'a\nb'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['<pre>  keeps\n   this</pre>', '  keeps\n   this'],
    ['<p>R&amp;D &lt;x&gt; &eacute; &#8364;</p>', 'R&D <x> é €'],
    ['<style>p{}</style><script>alert(1)</script><p>seen</p>', 'seen'],
    ['<p>unclosed <b>tags', 'unclosed tags'],
    ['plain text', 'plain text'],
    ['<div><div><p>deep</p></div></div>', 'deep'],
    ['', ''],
  ])('%j reads as %j', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });
});
