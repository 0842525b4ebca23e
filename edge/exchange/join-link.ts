/**
 * The links by which people join the online meetings that Microsoft's clients write into the text of an item:
 *
 * - Teams, at work and at home (Microsoft Learn, onlineMeeting `joinWebUrl`; Microsoft Support, "Join a Teams meeting");
 * - Lync and Skype for Business online, Skype;
 * - Skype for Business Server, `https://meet.<domain>/<organiser>/<meeting>` (Microsoft Learn, simple URLs).
 */
const PLACES: readonly string[] = [
  'teams\\.microsoft\\.(?:com|us)/(?:l/meetup-join|meet)/',
  'teams\\.live\\.com/meet/',
  'meet\\.lync\\.com/',
  'join\\.skype\\.com/',
  '//meet\\.[\\w.-]+/[\\w.-]+/[A-Z0-9]{5,}\\b',
];
/** Mail filters wrap links into others of their own, in which a slash is `%2F` (Microsoft Learn, Safe Links). */
const JOIN_LINK = new RegExp(PLACES.join('|').replaceAll('/', '(?:/|%2F)'), 'i');

/** Whether an item's text holds such a link anywhere. */
export function holdsJoinLink(text: string): boolean {
  return JOIN_LINK.test(text);
}
