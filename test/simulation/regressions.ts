/**
 * Lives that once broke something which only a whole life tells; what can be told in a few acts is a test of
 * `contract/sync`. A story belongs to the generator that told it: `tells` is what has to happen in it, so that a change
 * of the generator does not leave a name without its story.
 */
import type { SimulationOptions } from './simulate.ts';

export interface Regression {
  /** What broke, and by which story. */
  readonly name: string;
  readonly life: SimulationOptions;
  /** Each is met by a line of the story. */
  readonly tells: readonly RegExp[];
}

export const REGRESSIONS: readonly Regression[] = [
  {
    name: 'an occurrence is changed in Exchange while the title of its series is edited in Liferay: both arrive',
    life: { seed: 452, steps: 35, spared: ['restoredBackup'] },
    tells: [/exchange changeOccurrence ev-802/, /meanwhile .* liferay editTitle ev-802/],
  },
  {
    name: 'the lease ends while the rows of a divided series are added: none of them is taken for an event of its own',
    life: { seed: 373, steps: 37, spared: ['restoredBackup'] },
    tells: [/exchange createSeriesElsewhere ev-1441/, /fault 36: stall/],
  },
  {
    name: 'the process crashes while the rows of a divided series are added: none of them is taken for a new event',
    life: { seed: 339, steps: 5 },
    tells: [/exchange createSeriesElsewhere ev-161/, /overtaken by a process that crashed/],
  },
  {
    name: 'an occurrence of a divided series is deleted in Exchange: its day is taken out of the right stretch',
    life: { seed: 348, steps: 33, spared: ['restoredBackup'] },
    tells: [/exchange createSeriesElsewhere ev-761/, /exchange deleteMovedOccurrence ev-761/],
  },
  {
    name: 'an occurrence is deleted from a series whose zone is not the calendar’s: Liferay follows',
    life: { seed: 377, steps: 36, spared: ['restoredBackup'] },
    tells: [/exchange createSeriesElsewhere ev-121/, /exchange deleteOccurrence ev-121/],
  },
  {
    name: 'an all-day occurrence becomes a timed one in Exchange after it was made one in Liferay, and two processes crash',
    life: { seed: 384, steps: 36, spared: ['restoredBackup'] },
    tells: [
      /liferay occurrenceAllDay ev-82/,
      /exchange occurrenceTimed ev-82/,
      /crashed by crashBeforeCommit/,
    ],
  },
  {
    name: 'an occurrence becomes timed in Exchange while Liferay cuts the series, and the lease ends',
    life: { seed: 334, steps: 6 },
    tells: [/exchange occurrenceTimed ev-121/, /liferay cutSeries ev-121/, /fault 5: stall/],
  },
  {
    name: 'the process crashes while the earlier half of a split series is written: the later half waits for its changed occurrences',
    life: { seed: 361, steps: 40 },
    tells: [/exchange moveOccurrence ev-402/, /liferay splitSeries ev-402/, /fault 21: crashed/],
  },
  {
    name: 'a changed occurrence is left over by a split whose later half was copied without it: it goes on as an event of its own',
    life: { seed: 7019, steps: 40 },
    tells: [/liferay splitSeries/],
  },
  {
    name: 'an event is made private and deleted before the service read it again: an edit in Liferay brings it back as it was shown there',
    life: { seed: 2058, steps: 40 },
    tells: [
      /exchange togglePrivate ev-921/,
      /liferay moveOccurrence ev-921/,
      /fault 32: portalMissingRows/,
      /exchange deleteForGood ev-921/,
    ],
  },
  {
    name: 'the row of a cancelled occurrence is met again after an older backup: its status is nobody’s answer',
    life: { seed: 8, kind: 'meetings', steps: 40 },
    tells: [/row:deleteOccurrence person1@example.com ev-881/, /the backup of step 25 is put back/],
  },
  {
    name: 'a series that was declined comes back with an occurrence that its organiser moved: it is shown where it is now',
    life: { seed: 222, kind: 'bookings', steps: 17 },
    tells: [
      /row:respond person1@example.com ev-361 \d+ decline/,
      /outlook:moveOccurrence person2@example.com ev-361/,
    ],
  },
  {
    name: 'an older backup does not know that a booking was moved, and an invitee deleted their row since: nobody is uninvited',
    life: { seed: 313, kind: 'bookings', steps: 24 },
    tells: [
      /outlook:moveTime person4@example.com ev-482/,
      /row:deleteInvitation person1@example.com ev-482/,
      /the backup of step 16 is put back/,
    ],
  },
  {
    name: 'a booking that is over is changed in Outlook, where its row cannot follow, and then in Liferay: that arrives',
    life: { seed: 209, kind: 'bookings', steps: 37 },
    tells: [/outlook:changePlace person2@example.com ev-281/, /row:rename person2@example.com ev-281/],
  },
  {
    name: 'a maybe in Liferay goes with the move of the booking there, before the service saw it: nobody says it',
    life: { seed: 260, kind: 'bookings', steps: 7 },
    tells: [
      /act 6\.1: row:respond person3@example.com ev-161 \d+ maybe/,
      /act 6\.2: row:moveTime person0@example.com ev-161/,
    ],
  },
  {
    name: 'an invitee declines in Liferay an occurrence that the organiser renamed in Outlook, of a booking that was over when they said maybe: nobody else changed the copy',
    life: { seed: 339, kind: 'bookings', steps: 40 },
    tells: [
      /row:respond person3@example.com ev-922 \d+ maybe/,
      /outlook:renameOccurrence person1@example.com ev-922 day 20597/,
      /row:respondToOccurrence person3@example.com ev-922 \d+ decline day 20597/,
    ],
  },
  {
    name: 'an occurrence is renamed in Liferay, the answer to that is lost, and its series gets another hour in Outlook, which wipes it: it is brought there again, and told again',
    life: { seed: 549, kind: 'bookings', steps: 40 },
    tells: [
      /row:renameOccurrence person3@example.com ev-762 \d+ day 20615/,
      /fault 25: lateRequest/,
      /outlook:moveSeriesTime person3@example.com ev-762/,
    ],
  },
  {
    name: 'the answer to a move made in Liferay is lost, and its organiser goes on in Outlook: where Liferay wins it is told at most once more',
    life: { seed: 243, kind: 'bookings', steps: 12 },
    tells: [
      /row:moveTime person4@example.com ev-41/,
      /fault 9: partialBatch/,
      /outlook:moveTime person4@example.com ev-41/,
    ],
  },
  {
    name: 'an occurrence is answered as all of its series is in that moment: with a move of the series both answers are gone',
    life: { seed: 497, kind: 'meetings', steps: 31 },
    tells: [
      /row:respondToOccurrence person2@example.com ev-522 \d+ maybe/,
      /outlook:respond person2@example.com ev-522 Tentative/,
      /outlook:moveSeriesTime person3@example.com ev-522/,
    ],
  },
  {
    name: 'a copy of a meeting was thrown away and sent again, and an older backup is put back from between the making of its row and the note of that: it is that row’s',
    life: { seed: 324, kind: 'meetings', steps: 7 },
    tells: [
      /fault 1: lostReply/,
      /outlook:dropInvitation person0@example.com ev-1/,
      /the backup of step 1 is put back/,
    ],
  },
  {
    name: 'an occurrence is moved in Liferay, its series gets another hour in Outlook, which wipes it, and an older backup knows neither: it is brought there again, and told again',
    life: { seed: 389, kind: 'meetings', steps: 28 },
    tells: [
      /row:moveOccurrence person4@example.com ev-721 \d+ day \d+/,
      /outlook:moveSeriesTime person4@example.com ev-721/,
      /the backup of step 19 is put back/,
    ],
  },
  {
    name: 'an occurrence is declined and all get the maybe that their rows have already for want of an answer: nobody declines it',
    life: { seed: 614, kind: 'meetings', steps: 31 },
    tells: [
      /row:respondToOccurrence person4@example.com ev-1042 \d+ decline/,
      /row:respond person4@example.com ev-1042 \d+ maybe/,
    ],
  },
  {
    name: 'a meeting was declined by deletion and came back, was accepted in Liferay, and an older backup knows neither: it is accepted still',
    life: { seed: 388, kind: 'bookings', steps: 17 },
    tells: [
      /outlook:declineByDeletion person0@example.com ev-1 /,
      /row:respond person0@example.com ev-1 \d+ accept/,
      /the backup of step 7 is put back/,
    ],
  },
  {
    name: 'a series that was deleted in Liferay and made private is shown anew in stretches, and an older backup is put back in which an item of our making is unknown: each stretch is met',
    life: { seed: 1165, kind: 'calendars', steps: 40 },
    tells: [
      /liferay deleteMany/,
      /exchange togglePrivate ev-11/,
      /exchange occurrenceAllDay ev-11/,
      /the backup of step 19 is put back/,
    ],
  },
];
