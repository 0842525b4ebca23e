/**
 * The text of an event. It is asked for as plain text, which Outlook makes of its HTML itself; a server that answers in
 * HTML all the same ("Get event" once said that it does) is read roughly as a browser would lay it out.
 */
import { Parser } from 'htmlparser2';
import type { EventAnswer } from './answers.ts';

const BLOCKS: ReadonlySet<string> = new Set([
  'address',
  'article',
  'blockquote',
  'div',
  'dl',
  'dt',
  'dd',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'li',
  'ol',
  'p',
  'pre',
  'section',
  'table',
  'tr',
  'ul',
]);
const UNSEEN: ReadonlySet<string> = new Set(['head', 'script', 'style', 'title']);

/** The body as plain text; '' where there is none. */
export function textOfBody(body: EventAnswer['body']): string {
  const content = body?.content ?? '';
  return body?.contentType?.toLowerCase() === 'html' ? textOfHtml(content) : content;
}

function textOfHtml(html: string): string {
  let text = '';
  let unseen = 0;
  const endLine = () => {
    if (text !== '' && !text.endsWith('\n')) text += '\n';
  };
  const parser = new Parser(
    {
      onopentagname: (name) => {
        if (UNSEEN.has(name)) unseen += 1;
        if (name === 'br') text += '\n';
        else if (BLOCKS.has(name)) endLine();
      },
      ontext: (part) => {
        if (unseen === 0) text += part.replace(/[\t\n\r ]+/g, ' ');
      },
      onclosetag: (name) => {
        if (UNSEEN.has(name)) unseen -= 1;
        if (BLOCKS.has(name)) endLine();
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}
