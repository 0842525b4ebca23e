/** What Outlook's forms have in common: who fills them in, and the bodies of what is written there. */
import type { Body } from '#test/emulators/exchange/model.ts';
import type { Deed } from './deed.ts';

/** What Teams puts at the end of a body. */
export const JOIN_LINK = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting_Zm9v%40thread.v2/0';
const JOIN_BLOCK = `<div>________________________________________________________________________________</div><div><b>Microsoft Teams meeting</b></div><div><a href="${JOIN_LINK}">${JOIN_LINK}</a></div><div>Meeting ID: 123 456 789</div><div>________________________________________________________________________________</div>`;

/** The body of an online meeting: a text, and the block by which people join. */
export function onlineBody(text: string): Body {
  return { type: 'HTML', text: `<html><body><p>${text}</p>${JOIN_BLOCK}</body></html>` };
}

/** A body whose markup a plain text cannot hold. */
export function richBody(text: string): Body {
  return { type: 'HTML', text: `<html><body><p>Agenda: <b>${text}</b></p></body></html>` };
}

/** What people can do in Outlook. */
export function acts({ world }: Deed) {
  return world.exchange.userActs;
}
