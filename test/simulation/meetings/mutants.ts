/** Planted bugs about meetings: see ../mutants.ts. */
import type { CalendarEvent, Response } from '#core/event.ts';
import type {
  InvitationIntent,
  MailboxCalendar,
  MailboxItem,
  MailboxResponse,
} from '#exchange/mailbox-calendar.port.ts';
import type { PortalBooking, PortalCalendar } from '#liferay/portal-calendar.port.ts';
import { inMailbox, reading } from '../mutants-exchange.ts';
import { withoutAbsenceCheck } from '../mutants-liferay.ts';
import type { EngineParts } from '../world.ts';

export const MEETING_MUTANTS = {
  'own-status-said': 'takes a status that Liferay gave by itself for an answer',
  'answer-repeated': 'answers again where it does not know whether it has',
  'answer-unsaid': 'answers without telling the organiser',
  'answer-to-what-is-over': 'tells the organiser also of answers to what is over',
  'cancelled-by-subject': 'takes a meeting for cancelled by its subject',
  'declined-unasked': 'takes a row that is not in the snapshot for a deleted invitation',
  'deed-unsaid': 'changes and cancels what its organiser changed and cancelled in Liferay, and tells nobody',
  'deed-repeated': 'writes what its organiser did in Liferay once more, for everybody to hear of it',
  'cancellation-unsaid': 'cancels what its organiser deleted in Liferay, and tells nobody',
  'occurrence-unsaid': 'changes an occurrence as its organiser did in Liferay, and tells nobody',
  'own-meeting-put-back': 'takes an organiser for somebody who is invited',
  'answer-of-another': 'reads the answer of the first who was invited',
  'answer-lost-on-update': 'takes an updated invitation for a new one',
  'occurrence-answered-whole': 'answers all of a series where one occurrence was answered',
  'room-given-twice': 'takes a room for free whenever somebody books it',
} as const;
export type MeetingMutant = keyof typeof MEETING_MUTANTS;

export function isMeetingMutant(text: string): text is MeetingMutant {
  return Object.hasOwn(MEETING_MUTANTS, text);
}

/** The parts of an engine that have this bug. */
export function mutateMeetings(mutant: MeetingMutant): EngineParts {
  switch (mutant) {
    case 'own-status-said': {
      const known = new Map<string, PortalBooking>();
      return { portal: (portal) => withStatusFirst(portal, known) };
    }
    case 'answer-repeated':
      return inMailbox(withSecondTry);
    case 'answer-unsaid':
      return responding((response) => ({ ...response, invitations: 'none' }));
    case 'answer-to-what-is-over':
      return responding((response) => ({ ...response, invitations: 'all' }));
    case 'cancelled-by-subject':
      return readingMeetings(({ title }) => ({ cancelled: title.startsWith('Canceled: ') }));
    case 'declined-unasked':
      return { portal: withoutAbsenceCheck };
    case 'deed-unsaid':
      return inMailbox((mailbox) => ({ update: (updates) => mailbox.update(updates.map(unsaid)) }));
    case 'deed-repeated':
      return inMailbox(withEverythingTwice);
    case 'cancellation-unsaid':
      return inMailbox((mailbox) => ({ remove: (removes) => mailbox.remove(removes.map(unsaid)) }));
    case 'occurrence-unsaid':
      return inMailbox((mailbox) => ({
        writeOccurrences: (writes) => mailbox.writeOccurrences(writes.map(unsaid)),
      }));
    case 'own-meeting-put-back':
      return reading(({ event }) => ({
        event:
          event.meeting && event.ownResponse === 'organizer' ? { ...event, ownResponse: 'accepted' } : event,
      }));
    case 'answer-of-another':
      return readingMeetings(({ attendees, ownResponse }) => ({
        ownResponse: attendees[0]?.response ?? ownResponse,
      }));
    case 'answer-lost-on-update': {
      const titles = new Map<string, string>();
      return reading((item) => ({ event: asIfNew(item, titles) }));
    }
    case 'room-given-twice':
      return inMailbox(() => ({ overlapping: async () => [] }));
    case 'occurrence-answered-whole':
      return responding((response) => ({ ...response, occurrence: null }));
    default:
      return mutant satisfies never;
  }
}

function unsaid<T extends { readonly invitations: InvitationIntent }>(write: T): T {
  return { ...write, invitations: 'none' };
}

/** What was written is written again, for the version that there is by now. */
function withEverythingTwice(mailbox: MailboxCalendar): Partial<MailboxCalendar> {
  return {
    update: async (updates) => {
      const written = await mailbox.update(updates);
      const again = updates.flatMap((update, index) => {
        const first = written[index];
        return first?.kind === 'written' ? [{ ...update, version: first.version }] : [];
      });
      if (again.length === 0) return written;
      const second = await mailbox.update(again);
      let at = 0;
      return written.map((first) => (first.kind === 'written' ? (second[at++] ?? first) : first));
    },
  };
}

function responding(wrong: (response: MailboxResponse) => MailboxResponse): EngineParts {
  return inMailbox((mailbox) => ({ respond: (responses) => mailbox.respond(responses.map(wrong)) }));
}

/** Of meetings to which the owner of the mailbox is invited. */
function readingMeetings(wrong: (event: CalendarEvent) => Partial<CalendarEvent>): EngineParts {
  return reading(({ event }) => ({
    event: event.meeting && event.ownResponse !== 'organizer' ? { ...event, ...wrong(event) } : event,
  }));
}

/** A row that was edited is first read as it was, with the status that it has got. */
function withStatusFirst(portal: PortalCalendar, known: Map<string, PortalBooking>): PortalCalendar {
  return {
    ...portal,
    read: async (ids, zones) =>
      (await portal.read(ids, zones)).map((read) => {
        if (read.kind !== 'booking') return read;
        const { booking } = read;
        const before = known.get(booking.id);
        known.set(booking.id, booking);
        if (before === undefined || before.status === booking.status) return read;
        return { ...read, booking: { ...booking, event: before.event } };
      }),
  };
}

/** A request that failed as a whole is sent again, for the version that there is by now. */
function withSecondTry(mailbox: MailboxCalendar): Partial<MailboxCalendar> {
  return {
    respond: async (responses) => {
      try {
        return await mailbox.respond(responses);
      } catch {
        const items = await mailbox.read(responses.map(({ id }) => id));
        const versions = items.map((read) => (read.kind === 'item' ? read.item.version : ''));
        return mailbox.respond(
          responses.flatMap((response, index) => {
            const version = versions[index] ?? '';
            return version === '' ? [] : [{ ...response, version }];
          }),
        );
      }
    },
  };
}

function asIfNew({ id, event }: MailboxItem, titles: Map<string, string>): CalendarEvent {
  const before = titles.get(id);
  titles.set(id, event.title);
  const isInvited = event.meeting && event.ownResponse !== 'organizer';
  const isUpdated = before !== undefined && before !== event.title;
  const ownResponse: Response = isInvited && isUpdated ? 'pending' : event.ownResponse;
  return { ...event, ownResponse };
}
