/**
 * How much of an event of the mailbox the paired calendar shows: everything; its title and time; or its time only, under
 * a title that says nothing. From the most to the least. A module of its own, because core takes no schemas along.
 */
export const DETAILS = ['full', 'title', 'busy'] as const;
export type Details = (typeof DETAILS)[number];

/** What a new pairing shows where nobody chose: a site's mailboxes are rooms and the like, and others read its calendars. */
export const USUAL_DETAILS: Readonly<Record<'user' | 'site', Details>> = { user: 'full', site: 'busy' };
