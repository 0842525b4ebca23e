import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToText, textToHtml } from '#liferay/jsonws/description-html.ts';

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

  it('keeps its lines when a sanitiser drops the style', () => {
    const html = textToHtml('one\n\ntwo').replace(/ style="[^"]*"/, '');
    expect(htmlToText(html)).toBe('one\n\ntwo');
  });

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
