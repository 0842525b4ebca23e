/**
 * What makes an event an online meeting: an address to join, and a block below the body that must be kept ("Inadvertently
 * removing the meeting blob from the body would disable meeting online": Microsoft Learn, "Update event").
 */

import { rewriteHtml, textToHtml } from '../body.ts';
import type { ItemContent } from '../model.ts';

const LINE = '________________________________________________________________________________';

/** isOnlineMeeting is set once: an event that has a meeting keeps it. */
export function withOnlineMeeting(
  { body, onlineMeetingUrl }: ItemContent,
  uuid: () => string,
): Partial<Pick<ItemContent, 'body' | 'onlineMeetingUrl'>> {
  if (onlineMeetingUrl !== null) return {};
  const joinUrl = `https://teams.microsoft.com/l/meetup-join/19%3ameeting_${uuid()}%40thread.v2/0`;
  const html = body.type === 'HTML' ? rewriteHtml(body.text) : textToHtml(body.text);
  const block = `<div style="width:100%">${LINE}</div><div class="me-email-text"><a class="me-email-headline" href="${joinUrl}">Join the meeting now</a></div>`;
  return {
    body: { type: 'HTML', text: html.replace(/<\/body>/i, () => `${block}\r\n</body>`) },
    onlineMeetingUrl: joinUrl,
  };
}

/** A new body without the block, where the old one had it. */
export function withoutLostMeeting(
  before: ItemContent,
  after: ItemContent,
): Partial<Pick<ItemContent, 'onlineMeetingUrl'>> {
  const url = before.onlineMeetingUrl;
  const isLost = url !== null && before.body.text.includes(url) && !after.body.text.includes(url);
  return isLost ? { onlineMeetingUrl: null } : {};
}
