/** What must hold when the service has come to rest, asked of the two servers and not of the database. */
import { eq } from 'drizzle-orm';
import type { CalendarEvent } from '#core/event.ts';
import { liferayView, sameField } from '#core/merge.ts';
import { link } from '#drizzle/schema.ts';
import type { Engine } from '#sync/engine.ts';
import { runSlice } from '#sync/run.ts';
import type { StoredItem } from '#test/emulators/exchange/model.ts';
import { midnight, type Remembered, type Story } from './story.ts';
import { type Person, type World, ZONE } from './world.ts';

const DAY = 86_400_000;

interface Copy {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly when: string;
}

function itemWhen(item: StoredItem): string {
  const { start, end, allDay } = item.content;
  if (!allDay) return `${start}-${end}`;
  // The date in the mailbox's zone, found without our own code: noon of the first day is the same date in UTC.
  const date = Math.floor((start + 12 * 3_600_000) / DAY) * DAY;
  const days = Math.round((end - start) / DAY);
  return midnight(date, ZONE) === start ? `day ${date}+${days}` : `skewed ${start}-${end}`;
}

function exchangeCopies(world: World, person: Person): Map<string, Copy[]> {
  const copies = new Map<string, Copy[]>();
  for (const item of world.exchange.items(person.address)) {
    const { subject, body, location } = item.content;
    const copy = {
      id: item.id,
      title: subject,
      text: body.text.replace(/<[^>]*>/g, '').trim(),
      when: itemWhen(item),
    };
    copies.set(location, [...(copies.get(location) ?? []), copy]);
  }
  return copies;
}

function liferayCopies(world: World, person: Person): Map<string, Copy[]> {
  const copies = new Map<string, Copy[]>();
  for (const row of world.liferay.bookings(person.calendarId)) {
    if (row.status === 8) continue;
    const text = Object.values(row.descriptions)[0] ?? '';
    const days = Math.floor((row.endTime - row.startTime) / DAY) + 1;
    const copy = {
      id: String(row.calendarBookingId),
      title: Object.values(row.titles)[0] ?? '',
      text: text.replace(/<[^>]*>/g, '').trim(),
      when: row.allDay ? `day ${row.startTime}+${days}` : `${row.startTime}-${row.endTime}`,
    };
    copies.set(row.location, [...(copies.get(row.location) ?? []), copy]);
  }
  return copies;
}

/** Both sides equal as far as each can hold, nothing lost, nothing twice, nothing parked, no mail. */
export async function checkAtRest(world: World, engine: Engine, story: Story): Promise<string[]> {
  const out: string[] = [];
  for (const person of world.people) {
    const onExchange = exchangeCopies(world, person);
    const onLiferay = liferayCopies(world, person);
    for (const [side, copies] of [
      ['Exchange', onExchange],
      ['Liferay', onLiferay],
    ] as const) {
      for (const [token, list] of copies)
        if (list.length > 1) out.push(`${token} is ${list.length} times in ${side}`);
    }
    for (const event of story.events.values()) {
      if (event.person === person)
        out.push(...checkEvent(event, onExchange.get(event.token), onLiferay.get(event.token)));
    }
    out.push(...(await checkRules(world, engine, person, onExchange, onLiferay)));
  }
  const parked = await engine.db.select().from(link).where(eq(link.work, 'parked'));
  for (const row of parked) out.push(`parked: ${row.reason} ${row.reasonDetail}`);
  if (world.exchange.outbox.length > 0) out.push(`${world.exchange.outbox.length} mails left Exchange`);
  const mails = world.liferay.outbox.length - story.mailsByPeople;
  if (mails > 0) out.push(`${mails} mails left Liferay that nobody intended`);
  return out;
}

function checkEvent(event: Remembered, items: Copy[] | undefined, rows: Copy[] | undefined): string[] {
  const out: string[] = [];
  const { token, deleted } = event;
  const item = items?.[0];
  const row = rows?.[0];
  if (!deleted && !item) out.push(`${token} is lost in Exchange`);
  if (!deleted && !row) out.push(`${token} is lost in Liferay`);
  if (deleted && Boolean(item) !== Boolean(row)) out.push(`${token} was deleted and is only on one side`);
  if (deleted && !event.deletionMetEdit && (item || row)) out.push(`${token} was deleted and is still there`);
  for (const [side, copy] of [
    ['Exchange', item],
    ['Liferay', row],
  ] as const) {
    if (!copy) continue;
    for (const field of ['title', 'text', 'when'] as const) {
      const allowed = [...event.may[field].values()];
      // Who deletes an event takes back their own edits of it; the other side's may bring it to life again.
      if (!deleted && !allowed.includes(copy[field])) {
        out.push(`${token} ${field} in ${side} is ${copy[field]}, expected ${allowed.join(' or ')}`);
      }
    }
  }
  for (const field of ['title', 'text', 'when'] as const) {
    if (item && row && item[field] !== row[field]) {
      out.push(`${token} ${field} differs: ${item[field]} in Exchange, ${row[field]} in Liferay`);
    }
  }
  return out;
}

/** Rules are compared through the ports: their letters differ, their meaning must not. */
async function checkRules(
  world: World,
  engine: Engine,
  person: Person,
  onExchange: Map<string, Copy[]>,
  onLiferay: Map<string, Copy[]>,
): Promise<string[]> {
  const server = await engine.mailboxServer({} as never);
  const mailbox = engine.openMailbox(server, person.address, ZONE);
  const tokens = [...onExchange.keys()].filter((token) => onLiferay.has(token));
  const out: string[] = [];
  for (let from = 0; from < tokens.length; from += 50) {
    const part = tokens.slice(from, from + 50);
    const items = await mailbox.read(part.map((token) => onExchange.get(token)?.[0]?.id ?? ''));
    const rows = await engine.portal.read(
      part.map((token) => onLiferay.get(token)?.[0]?.id ?? ''),
      new Map([[String(person.calendarId), ZONE]]),
    );
    for (const [index, token] of part.entries()) {
      const item = items[index];
      const row = rows[index];
      if (item?.kind !== 'item' || row?.kind !== 'booking') out.push(`${token} cannot be read back`);
      else if (!sameRule(item.item.event, row.booking.event)) {
        out.push(
          `${token} repeats differently: ${JSON.stringify(item.item.event)} ${JSON.stringify(row.booking.event)}`,
        );
      }
    }
  }
  world.exchange.resetRequests();
  return out;
}

function sameRule(item: CalendarEvent, booking: CalendarEvent): boolean {
  return sameField('liferay', 'when', liferayView(item), booking);
}

const WRITES = ['CreateItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'FindItem'];

/** The next run plans nothing: no request beyond the change probes, on neither side. */
export async function checkQuiet(world: World, engine: Engine): Promise<string[]> {
  const out: string[] = [];
  // A process asks the portal once who it is; what is counted is the round after that.
  await engine.portal.identity();
  world.exchange.resetRequests();
  world.liferay.requests.reset();
  world.clock.advance(3_600_000);
  await runSlice(engine, 'quiet');
  for (const operation of WRITES) {
    const n = world.exchange.requests.get(operation) ?? 0;
    if (n > 0) out.push(`at rest, ${operation} was called ${n} times`);
  }
  if (world.liferay.requests.http !== 1)
    out.push(`at rest, Liferay got ${world.liferay.requests.http} requests`);
  return out;
}
