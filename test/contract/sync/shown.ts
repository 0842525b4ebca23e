/** What both servers show of their own copies, occurrence by occurrence, as people see it in their calendars. */
import { expect } from 'vitest';
import { HOUR, IDLE, plainText, type Stage } from './stage.ts';

const FROM = Date.UTC(2026, 4, 1);
const TO = Date.UTC(2027, 4, 1);

/** What both sides show in a year: from when to when, what it is called and what is said of it. */
export async function shown(
  stage: Stage,
  person = stage.person,
): Promise<{ exchange: readonly string[]; liferay: readonly string[] }> {
  const mailbox = stage.world.exchange.mailbox(person.address);
  const views = stage.world.exchange.userActs.calendarView(mailbox, FROM, TO);
  const rows = await stage.portal(person).occurrences(String(person.calendarId), FROM, TO);
  const line = (allDay: boolean, start: number, end: number, title: string, text: string) =>
    `${allDay ? 'all day ' : ''}${iso(allDay ? start + 12 * HOUR : start, allDay)} ${iso(end, allDay)} ${title} ${text}`;
  return {
    exchange: views
      .map(({ content }) => {
        const { allDay, start, end, subject, body } = content;
        return line(allDay, start, end - (allDay ? 12 * HOUR : 0), subject, plainText(body.text));
      })
      .sort(),
    liferay: rows
      .filter(({ start }) => start < TO)
      .map(({ allDay, start, end, title, description }) =>
        line(allDay, allDay ? start - 12 * HOUR : start, end, title, plainText(description)),
      )
      .sort(),
  };
}

function iso(ms: number, allDay: boolean): string {
  return new Date(ms).toISOString().slice(0, allDay ? 10 : 16);
}

/** Both sides show the same, nothing is set aside, no mail went out, and the next round has nothing to do. */
export async function expectSame(stage: Stage): Promise<readonly string[]> {
  const unfinished = (await stage.links()).filter(({ work }) => work === 'parked' || work === 'dirty');
  expect(unfinished.map(({ reason, reasonDetail }) => `${reason} ${reasonDetail}`)).toEqual([]);
  const { exchange, liferay } = await shown(stage);
  expect(liferay).toEqual(exchange);
  expect(stage.mails).toBe(0);
  // What the round before wrote is recognised by the next one; from then on there is nothing to do.
  await stage.round();
  expect(await stage.traffic()).toMatchObject(IDLE);
  return exchange;
}
