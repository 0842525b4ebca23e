/** English texts for administrators of sites. See dictionary.ts. */
import type { SiteTexts } from './dictionary.ts';

const numbers = new Intl.NumberFormat('en');
const n = (count: number): string => numbers.format(count);

export const en: SiteTexts = {
  reasons: {
    siteNotAdministered: {
      title: 'You are not an administrator of this site.',
      action: 'Ask one of its administrators, or ask for the role.',
    },
    mailboxUnknown: {
      title: 'No such mailbox is released for this site.',
      action: 'Ask the administrator of the Exchange domain to release it.',
    },
  },
  siteNumber: (id) => `Site ${id}`,
  site: 'Site',
  heading: 'Rooms and equipment',
  text: 'Mailboxes of rooms and equipment that are released for this site, each with the calendar of the resource that shows it.',
  search: 'Search',
  state: 'State',
  anyState: 'All',
  notPaired: 'Not paired',
  withProblems: 'Needs attention',
  columns: {
    mailbox: 'Mailbox',
    resource: 'Resource in Liferay',
    shows: 'Shows',
    state: 'State',
    checked: 'Last checked',
  },
  shows: { full: 'All details', title: 'Title and time', busy: 'Busy only' },
  never: 'Never',
  manage: 'Manage',
  manageNamed: (mailbox) => `Manage ${mailbox}`,
  select: (mailbox) => `Select ${mailbox}`,
  selectAll: 'Select all that are not paired',
  pairSelected: (count) => `Pair selected (${n(count)})`,
  shown: (shown, all) => `${n(shown)} of ${n(all)} mailboxes`,
  nothingReleased:
    'No mailbox is released for this site. The administrator of the Exchange domain can do that.',
  nothingFound: 'No mailbox matches.',
  dialogTitle: 'Pair mailboxes with resources',
  dialogText:
    'Choose for each mailbox the calendar of the resource that is to show it. What is chosen below holds for all of them.',
  resourceFor: (mailbox) => `Resource for ${mailbox}`,
  leaveOut: 'Leave out',
  makeResource: (name) => `Make the resource “${name}”`,
  makeAll: (count) => `Make a resource for ${count === 1 ? 'the one' : `the ${n(count)}`} without one`,
  releasedByAddress: 'Released by its address.',
  releasedByList: (list) => `Released with the room list ${list}.`,
  releasedByPattern: (pattern) => `Released because its address fits ${pattern}.`,
  notReleased: 'Not released for this site any more.',
  nameMailbox: 'Another mailbox, by its address',
  patterns: (patterns) => `Released for this site are also addresses that fit ${patterns.join(', ')}.`,
  addMailbox: 'Add to the list',
  unfit: (address) => `${address} fits none of them.`,
  noCalendar: 'This mailbox has no calendar.',
  done: (done, all) => `${n(done)} of ${n(all)} paired`,
  close: 'Close',
  announcePaired: (count) => `${n(count)} ${count === 1 ? 'mailbox is' : 'mailboxes are'} paired.`,
};
