/**
 * What Liferay does to a booking's description before it is stored. The patterns are those of
 * `CalendarBookingLocalServiceImpl._sanitize`; with LPD-11235 AntiSamy rewrites the markup too, of which only the
 * effects that a client meets are shown: forbidden elements go, attributes of events go, entities are normalised.
 */
import type { LiferaySwitches } from './switches.ts';

const ON_ATTRIBUTE = /\s+\bon\w+=(?:'[^']*'|"[^"]*"|[^'"\s>]+)/gi;
const TAG = /<[^>]+>/g;
const STRIPPED = [
  /alert\((.*?)\)/gi,
  /innerHTML\s*=\s*/gi,
  /<\?[\s\S]*?\?>/g,
  /<%[\s\S]*?%>/g,
  /<asp:[^>]+>.*?<\/asp:[^>]+>/gi,
];
const FORBIDDEN_ELEMENTS = /<(script|style|iframe|object|embed|form)\b[\s\S]*?<\/\1\s*>/gi;
const DOCUMENT_ELEMENTS = /<\/?(?:html|head|body|meta|link|o:p)\b[^>]*>|<!--[\s\S]*?-->/gi;

export function sanitizeDescription(html: string, sanitizer: LiferaySwitches['sanitizer']): string {
  let clean = html.replace(TAG, (tag) => tag.replace(ON_ATTRIBUTE, ''));
  for (const pattern of STRIPPED) clean = clean.replace(pattern, '');
  if (sanitizer === 'patterns') return clean;
  return clean
    .replace(FORBIDDEN_ELEMENTS, '')
    .replace(DOCUMENT_ELEMENTS, '')
    .replaceAll('&nbsp;', '\u00a0')
    .replaceAll(/<br\s*\/?>/gi, '<br />\n')
    .trim();
}
