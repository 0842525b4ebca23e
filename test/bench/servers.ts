/** The process with the emulated servers, and the people in front of them. Its work is not measured. */
import { EXCHANGE_SERVICE_ACCOUNT, OAUTH, serveEmulators } from '#test/emulators/serve.ts';
import { answerCalls } from './calls.ts';
import { EDIT_EVERY, type Shape, type Side } from './cases.ts';
import { itemOf, ZONE } from './items.ts';

export interface PairedMailbox {
  readonly address: string;
  readonly folderId: string;
  readonly calendarId: string;
  readonly userId: string;
}

export interface Addresses {
  readonly exchangeUrl: string;
  readonly exchangeUser: string;
  readonly exchangePassword: string;
  readonly portalUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Both sides compared by what a person sees first, the titles. */
export interface Comparison {
  readonly exchange: number;
  readonly liferay: number;
  /** Mailboxes whose titles are not the same on both sides. */
  readonly apart: number;
}

interface Person extends PairedMailbox {
  readonly portalUserId: number;
  readonly portalCalendarId: number;
}

const emulators = await serveEmulators();
const { exchange, liferay } = emulators;
const people: Person[] = [];

export type ServerCalls = typeof calls;

const calls = {
  addresses: (_: null): Addresses => ({
    exchangeUrl: emulators.exchangeUrl,
    exchangeUser: EXCHANGE_SERVICE_ACCOUNT.user,
    exchangePassword: EXCHANGE_SERVICE_ACCOUNT.password,
    portalUrl: emulators.liferayUrl,
    clientId: OAUTH.headlessServerClientId,
    clientSecret: OAUTH.headlessServerSecret,
  }),

  /** Mailboxes with all their items, and their empty calendars in Liferay. */
  fill: ({ mailboxes, eventsEach }: Shape): readonly PairedMailbox[] => {
    const nowMs = Date.now();
    for (let index = 0; index < mailboxes; index += 1) {
      const person = addPerson(index);
      people.push(person);
      const folder = exchange.mailbox(person.address).calendar;
      for (let event = 0; event < eventsEach; event += 1) {
        exchange.userActs.createItem(folder, itemOf(event, eventsEach, nowMs));
      }
    }
    return people.map(({ address, folderId, calendarId, userId }) => ({
      address,
      folderId,
      calendarId,
      userId,
    }));
  },

  /** People edit one event in {@link EDIT_EVERY} on one side. Answers how many. */
  edit: (side: Side): number => {
    let met = 0;
    let edited = 0;
    for (const person of people) {
      for (const { title, retitle } of eventsOn(side, person)) {
        // Other events on the one side than on the other.
        const isChosen = met % EDIT_EVERY === (side === 'exchange' ? 0 : EDIT_EVERY / 2);
        met += 1;
        if (!isChosen) continue;
        retitle(`${title}, edited in ${side}`);
        edited += 1;
      }
    }
    return edited;
  },

  compare: (_: null): Comparison => {
    const sum = { exchange: 0, liferay: 0, apart: 0 };
    for (const person of people) {
      const items = eventsOn('exchange', person).map(({ title }) => title);
      const bookings = eventsOn('liferay', person).map(({ title }) => title);
      sum.exchange += items.length;
      sum.liferay += bookings.length;
      sum.apart += Number(items.sort().join('\n') !== bookings.sort().join('\n'));
    }
    return sum;
  },
};

function addPerson(index: number): Person {
  const screenName = `person${index}`;
  const address = `${screenName}@example.com`;
  exchange.addMailbox({ address, displayName: `Person ${index}`, zone: ZONE });
  const portalUserId = liferay.addUser({
    screenName,
    emailAddress: address,
    password: screenName,
    firstName: 'Person',
    lastName: String(index),
    zone: ZONE,
  });
  const portalCalendarId = liferay.createCalendarFor(portalUserId);
  return {
    address,
    folderId: exchange.mailbox(address).calendar.id,
    calendarId: String(portalCalendarId),
    userId: String(portalUserId),
    portalUserId,
    portalCalendarId,
  };
}

interface EventOnOneSide {
  readonly title: string;
  retitle(title: string): void;
}

function eventsOn(side: Side, person: Person): EventOnOneSide[] {
  if (side === 'exchange') {
    return exchange.items(person.address).map(({ id, content }) => ({
      title: content.subject,
      retitle: (subject) => exchange.userActs.changeItem(id, { subject }),
    }));
  }
  const acts = liferay.userActs(person.portalUserId);
  return liferay.bookings(person.portalCalendarId).map(({ calendarBookingId, titles }) => ({
    title: Object.values(titles)[0] ?? '',
    retitle: (title) => acts.changeBooking(calendarBookingId, { title }),
  }));
}

answerCalls(calls, () => emulators.close());
