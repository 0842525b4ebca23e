/** Bodies between plain text and HTML, as the server converts them on request (ItemShape BodyType). */
import { Parser } from 'htmlparser2';
import type { Body } from './model.ts';

const BLOCKS = new Set([
  'p',
  'div',
  'tr',
  'li',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'table',
  'blockquote',
]);
const SILENT = new Set(['head', 'style', 'script', 'title']);

/** Text of an HTML document: blocks and <br> break lines, white space between words is one blank. */
export function htmlToText(html: string): string {
  let text = '';
  let silent = 0;
  const breakLine = (): void => {
    if (text !== '' && !text.endsWith('\n')) text += '\n';
  };
  const parser = new Parser({
    onopentagname(name) {
      if (SILENT.has(name)) silent += 1;
      else if (name === 'br') text += '\n';
      else if (BLOCKS.has(name)) breakLine();
    },
    ontext(part) {
      if (silent > 0) return;
      const flat = part.replace(/[ \t\r\n]+/g, ' ');
      text += text === '' || text.endsWith('\n') ? flat.replace(/^ /, '') : flat;
    },
    onclosetag(name) {
      if (SILENT.has(name)) silent -= 1;
      else if (BLOCKS.has(name)) breakLine();
    },
  });
  parser.write(html);
  parser.end();
  return text.replace(/\n$/, '');
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const HEAD = [
  '<html>',
  '<head>',
  '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">',
  '<meta name="Generator" content="Microsoft Exchange Server">',
  '<!-- converted from text -->',
  '<style><!-- .EmailQuote { margin-left: 1pt; padding-left: 4pt; border-left: #800000 2px solid; } --></style>',
  '</head>',
].join('\r\n');

export function textToHtml(text: string): string {
  const escaped = text.replace(/[&<>]/g, (character) => escapes[character] ?? character);
  const lines = escaped.replace(/ {2}/g, '&nbsp; ').split(/\r\n|\r|\n/);
  return `${HEAD}\r\n<body>\r\n<font size="2"><span style="font-size:11pt;"><div class="PlainText">${lines.join('<br>\r\n')}</div></span></font>\r\n</body>\r\n</html>\r\n`;
}

/** What the server makes of an HTML body on store: a whole document with its own head. */
export function rewriteHtml(html: string): string {
  if (/<meta[^>]*charset=utf-8/i.test(html)) return html;
  const inner = /<body[^>]*>([\s\S]*)<\/body>/i.exec(html)?.[1] ?? html;
  return `<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n<body>\r\n${inner}\r\n</body>\r\n</html>\r\n`;
}

/** The body as asked for; `Best` is the stored form. */
export function bodyAs(body: Body, type: string): Body {
  if (type === 'Text' && body.type === 'HTML') return { type: 'Text', text: htmlToText(body.text) };
  if (type === 'HTML' && body.type === 'Text') return { type: 'HTML', text: textToHtml(body.text) };
  return body;
}
