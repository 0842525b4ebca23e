/** What must hold when the service has come to rest, asked of the two servers and not of the database. */
import { eq } from 'drizzle-orm';
import { link } from '#drizzle/schema.ts';
import type { Engine } from '#sync/engine.ts';
import { runSlice } from '#sync/run.ts';
import {
  COMPARED_FUTURE,
  COMPARED_PAST,
  inExchange,
  inLiferay,
  type Shown,
  type ShownItem,
  type ShownRow,
  shownItem,
} from './calendar-windows.ts';
import { differences } from './differences.ts';
import { otherSide, type Side } from './edit-kinds.ts';
import type { Life } from './life.ts';
import { FIELDS, type Memory } from './memory.ts';
import { JOIN_LINK } from './outlook-forms.ts';
import type { Story } from './story.ts';
import { itemId, type Person, type World } from './world.ts';

/** What Exchange does not allow, and what two people who do not know of each other can ask for together. */
const REFUSED_TOGETHER: ReadonlySet<string> = new Set(['occurrenceRefused']);
const UNREADABLE = 'recurrenceNotExpressible';
/** The mass-change guard lets so many deletions of a day pass unasked. */
const UNASKED_DELETIONS = 10;
const HIDDEN_TITLE = 'Private';

interface Windows {
  readonly exchange: ReadonlyMap<string, readonly ShownItem[]>;
  readonly liferay: ReadonlyMap<string, readonly ShownRow[]>;
}

function byToken<T extends Shown>(all: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const map = new Map<string, T[]>();
  for (const one of all) map.set(one.token, [...(map.get(one.token) ?? []), one]);
  return map;
}

function windowsOf(world: World, story: Story, person: Person): Windows {
  const now = world.clock.now();
  const zones = story.zonesOf(person);
  return {
    exchange: byToken(inExchange(world, person, now - COMPARED_PAST, now + COMPARED_FUTURE, zones)),
    liferay: byToken(inLiferay(world, person, now - COMPARED_PAST, now + COMPARED_FUTURE)),
  };
}

/** Both sides show the same, nothing is lost, nothing twice, nothing set aside, no mail. */
export async function checkAtRest(
  world: World,
  engine: Engine,
  story: Story,
  { isReadOnly, massDeletion }: Life,
): Promise<string[]> {
  const out: string[] = [];
  const isRejected = massDeletion?.decision === 'rejected';
  const parked = await parkedTokens(world, engine, story, out);
  for (const person of world.people) {
    const windows = windowsOf(world, story, person);
    out.push(...checkPrivate(world, story, person, windows));
    for (const memory of story.events.values()) {
      if (memory.person !== person || parked.has(memory.token)) continue;
      // Where nothing tells that it had an original, a copy is Liferay's own from then on: it is never deleted for that.
      const isLeft = memory.isForgotten && !windows.exchange.has(memory.token);
      if (isReadOnly && (memory.bornOn === 'liferay' || isLeft)) {
        if (windows.exchange.has(memory.token))
          out.push(`${memory.token} is in Exchange, against its people's will`);
      } else out.push(...checkEvent(world, memory, windows, isRejected));
    }
  }
  if (world.exchange.outbox.length > 0) out.push(`${world.exchange.outbox.length} mails left Exchange`);
  const mails = world.liferay.outbox.length - story.mailsByPeople;
  if (mails > 0) out.push(`${mails} mails left Liferay that nobody intended`);
  return out;
}

/** Tokens of what is set aside for a good reason; anything else that is set aside goes to `out`. */
async function parkedTokens(
  world: World,
  engine: Engine,
  story: Story,
  out: string[],
): Promise<ReadonlySet<string>> {
  const tokens = new Set<string>();
  for (const row of await engine.db.select().from(link).where(eq(link.work, 'parked'))) {
    const token =
      world.exchange.store.items.get(itemId(world, row.exchangeId ?? ''))?.content.location ??
      world.liferay.booking(Number(row.liferayId ?? 0))?.location;
    const memory = story.events.get(token ?? '');
    const mayCross = memory?.contested || memory?.mayCross;
    const isRefused = mayCross && REFUSED_TOGETHER.has(row.reason ?? '');
    const isUnreadable = memory?.mayBeUnreadable && row.reason === UNREADABLE;
    if (memory && (isRefused || isUnreadable)) tokens.add(memory.token);
    else out.push(`${token ?? 'something'} is parked: ${row.reason} ${row.reasonDetail}`);
  }
  return tokens;
}

/** As its people left it; where only Exchange can tell what came back, Liferay has to follow what stands there. */
function isHidden(world: World, { isPrivacyOpen, isPrivate, person, token }: Memory): boolean {
  if (!isPrivacyOpen) return isPrivate;
  const items = world.exchange.items(person.address);
  return items.some(({ content }) => content.location === token && content.sensitivity === 'Private');
}

/** Of private events Liferay shows when they are, and nothing else. */
function checkPrivate(world: World, story: Story, person: Person, windows: Windows): string[] {
  const hidden = windows.liferay.get('') ?? [];
  const out = hidden
    .filter(({ title, text }) => title !== HIDDEN_TITLE || text !== '')
    .map(({ title, when }) => `an event without a place is called ${title} in Liferay at ${when}`);
  const expected = [...story.events.values()]
    .filter((memory) => memory.person === person && isHidden(world, memory))
    .flatMap(({ token }) => windows.exchange.get(token) ?? []);
  // A copy whose original went before an older backup knew it is an event of that name in Exchange from then on.
  expected.push(...(windows.exchange.get('') ?? []));
  out.push(...differences('private events', expected.map(timeOf), hidden.map(timeOf)));
  return out;
}

const timeOf = ({ when }: Shown): string => when;
const contentOf = ({ when, title, text }: Shown): string => `${when} "${title}" "${text}"`;

function checkEvent(world: World, memory: Memory, windows: Windows, isRejected: boolean): string[] {
  const exchange = windows.exchange.get(memory.token) ?? [];
  const liferay = windows.liferay.get(memory.token) ?? [];
  const shown: Readonly<Record<Side, readonly Shown[]>> = { exchange, liferay };
  const out: string[] = [];
  const hides = isHidden(world, memory);
  if (hides) {
    if (liferay.length > 0) out.push(`${memory.token} is private and Liferay tells its place`);
  } else out.push(...differences(memory.token, exchange.map(contentOf), liferay.map(contentOf)));
  const sides: readonly Side[] = hides ? ['exchange'] : ['exchange', 'liferay'];
  for (const side of sides) {
    out.push(...checkPresence(memory, side, shown[side], isRejected));
  }
  if (!memory.isDeleted) {
    for (const side of sides) out.push(...checkExpectations(memory, side, shown[side]));
    out.push(...checkItems(world, memory));
  }
  return out;
}

function checkPresence(memory: Memory, side: Side, shown: readonly Shown[], isRejected: boolean): string[] {
  const { token } = memory;
  if (memory.isDeleted) {
    const isTakenBack = isRejected && (memory.isHeldToo || memory.massDeletion !== null);
    const mayStay = memory.deletionMetEdit || memory.excused || isTakenBack;
    return shown.length > 0 && !mayStay ? [`${token} was deleted and is still in ${side}`] : [];
  }
  if (memory.excused) return [];
  if (shown.length === 0) return [`${token} is lost in ${side}`];
  if (memory.contested) return [];
  const occurrences = shown.map(memory.mayCoincide ? contentOf : timeOf);
  const twice = occurrences.find((one, index) => occurrences.indexOf(one) !== index);
  return twice === undefined ? [] : [`${token} is twice in ${side} at ${twice}`];
}

function checkExpectations(memory: Memory, side: Side, shown: readonly Shown[]): string[] {
  if (memory.excused) return [];
  return memory.expectations.flatMap(({ what, value }) => {
    if (what !== 'gone') {
      return shown.some((one) => one[what] === value)
        ? []
        : [`${memory.token}: no occurrence in ${side} has the ${what} ${value} that it was given`];
    }
    return shown.some(({ when }) => when === value)
      ? [`${memory.token}: the occurrence ${value} was deleted and is in ${side}`]
      : [];
  });
}

/** What Exchange keeps of the whole event: the values that people gave it, and what only Exchange can hold. */
function checkItems(world: World, memory: Memory): string[] {
  const { token, isDivided, may } = memory;
  const items = world.exchange
    .items(memory.person.address)
    .filter(({ content }) => content.location === token);
  const [item] = items;
  if (!item || memory.excused || (isDivided && memory.editedAt.liferay >= 0)) return [];
  const out: string[] = [];
  if (items.length > 1 && !memory.contested) out.push(`${token} is ${items.length} items in Exchange`);
  const { content } = item;
  const view = { id: item.id, stored: item, type: 'Single', content, occurrence: null } as const;
  const zones = [content.startZone.iana];
  const whole = shownItem(view, zones);
  for (const field of FIELDS) {
    const allowed = [...may[field].values()];
    if (items.length === 1 && !allowed.includes(whole[field])) {
      out.push(`${token} ${field} is ${whole[field]}, expected ${allowed.join(' or ')}`);
    }
  }
  if (memory.isOnline && !content.body.text.includes(JOIN_LINK)) out.push(`${token} has lost its join link`);
  if (memory.richText === whole.text && !content.body.text.includes('<b>')) {
    out.push(`${token} has lost the markup of its text`);
  }
  return out;
}

/** Events of mass deletions that are gone from the side where nobody deleted them. */
function goneUnasked(world: World, story: Story): number {
  let gone = 0;
  for (const person of world.people) {
    const windows = windowsOf(world, story, person);
    for (const memory of story.events.values()) {
      const { massDeletion, token } = memory;
      if (memory.person !== person || massDeletion === null || memory.deletedBy.size > 1) continue;
      if (!memory.isPrivate && !windows[otherSide(massDeletion.side)].has(token)) gone += 1;
    }
  }
  return gone;
}

/** Before anybody approved it, and after it was rejected: a mass deletion has not reached the other side. */
export function checkMassDeletion(world: World, story: Story): string[] {
  const gone = goneUnasked(world, story);
  return gone > UNASKED_DELETIONS ? [`${gone} events were deleted unasked`] : [];
}

const LOOKS: ReadonlySet<string> = new Set(['batch', 'getEvent', 'listEvents', 'listCalendars']);
const WRITES = ['CreateItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'FindItem'];

/** The next run plans nothing: no request beyond the change probes, on neither side. */
export async function checkQuiet(world: World, engine: Engine): Promise<string[]> {
  const out: string[] = [];
  // A process asks the portal once who it is; what is counted is the round after that.
  await engine.portal.identity();
  world.exchange.resetRequests();
  world.graph.resetRequests();
  world.liferay.requests.reset();
  world.clock.advance(3_600_000);
  await runSlice(engine, 'quiet');
  for (const operation of WRITES) {
    const n = world.exchange.requests.get(operation) ?? 0;
    if (n > 0) out.push(`at rest, ${operation} was called ${n} times`);
  }
  // Where changes are told by views, a deleted occurrence is told by no more than a look at its series, which is planned.
  const looks = !world.graph.switches.eventsDelta;
  for (const [operation, n] of world.graph.requests) {
    const isLook = looks && LOOKS.has(operation);
    if (!operation.endsWith('Delta') && !isLook)
      out.push(`at rest, ${operation} of Graph was called ${n} times`);
  }
  if (looks ? world.liferay.requests.writes > 0 : world.liferay.requests.http !== 1)
    out.push(`at rest, Liferay got ${world.liferay.requests.http} requests`);
  return out;
}
