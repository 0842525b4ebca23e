/** Puts the team's year into the mailboxes and the portal's calendars, as Outlook and the browser would. */
import { Temporal } from 'temporal-polyfill';
import type { Emulators, SeededPerson } from '#test/emulators/serve.ts';
import { type Owner, yearOf } from './calendar-year.ts';
import { exchangeForm, liferayForm, type PlainEvent } from './plain-event.ts';
import type { Sides } from './sides.ts';

const OWNERS: readonly Owner[] = ['Anna Rossi', 'Marco Bianchi', 'Grace Lee', 'Paola Verdi'];

/** Answers how many events were written on each side. */
export async function fillCalendars(
  emulators: Emulators,
  sidesOf: (person: SeededPerson) => Sides,
): Promise<{ exchange: number; liferay: number }> {
  const filled = { exchange: 0, liferay: 0 };
  for (const person of emulators.people) {
    const owner = OWNERS.find((name) => name === person.name);
    if (owner === undefined) continue;
    const year = yearOf(owner, Temporal.Now.plainDateISO(person.zone).toString());
    const sides = sidesOf(person);
    for (const event of year.exchange) await addToExchange(sides, event);
    filled.exchange += year.exchange.length;
    const calendarId = await sides.calendarId();
    if (calendarId === null) continue;
    for (const event of year.liferay) {
      await sides.liferay.add(calendarId, liferayForm(event, person.zone), { mail: false });
    }
    filled.liferay += year.liferay.length;
  }
  return filled;
}

export async function addToExchange({ exchange, person }: Sides, event: PlainEvent): Promise<void> {
  const send = event.attendees === undefined ? 'SendToNone' : 'SendToAllAndSaveCopy';
  await exchange.create(exchangeForm(event, person.zone), 'calendar', send);
}
