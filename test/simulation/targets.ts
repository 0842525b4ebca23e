/** What is there that a person can work at, on either side, and what they can do to it. */
import type { Deed } from './deed.ts';
import { type EditKind, otherSide, type Side } from './edit-kinds.ts';
import { bringBackInLiferay, editInLiferay, inRecycleBin, visibleRows } from './liferay-people.ts';
import { Memory } from './memory.ts';
import { bringBackInOutlook, editInOutlook, returnable } from './outlook-people.ts';
import { seeded } from './virtual-time.ts';
import type { World } from './world.ts';

/** Edits of a read-only copy after which it is still put back. */
const VAIN_EDITS = 2;
/** Of a read-only copy, what its readers try. */
const VAIN_KINDS: readonly EditKind[] = [
  'editTitle',
  'editText',
  'moveTime',
  'delete',
  'changeOccurrence',
  'deleteOccurrence',
];

export interface Target {
  readonly memory: Memory;
  /** Ends with the id of the item or row. */
  readonly key: string;
  /** @returns false where this kind of edit does not fit it */
  readonly apply: (kind: EditKind) => boolean;
}

/** What the acts of a story have in common. */
export interface Scene {
  readonly world: World;
  /** By their tokens. */
  readonly events: ReadonlyMap<string, Memory>;
  /** Pairings are read-only: Exchange's people alone decide. */
  readonly isReadOnly: boolean;
  /** Does what a person does in Liferay themselves. */
  readonly asPerson: <T>(deed: () => T) => T;
}

export function presentTargets(scene: Scene, deed: Deed, side: Side): readonly Target[] {
  return side === 'exchange' ? items(scene, deed) : rows(scene, deed);
}

function items({ world, events }: Scene, deed: Deed): readonly Target[] {
  const targets: Target[] = [];
  for (const [index, item] of world.exchange.items(deed.person.address).entries()) {
    const memory = events.get(item.content.location);
    if (!memory) continue;
    const apply = (kind: EditKind) => editInOutlook(deed, kind, item, memory);
    targets.push({ memory, key: `${memory.token} ${index} ${item.id}`, apply });
  }
  return targets;
}

function rows({ events, isReadOnly, asPerson }: Scene, deed: Deed): readonly Target[] {
  const targets: Target[] = [];
  for (const row of visibleRows(deed)) {
    const memory = events.get(row.location);
    if (!memory) continue;
    const isCopy = isReadOnly && memory.bornOn === 'exchange';
    const apply = (kind: EditKind): boolean => {
      if (isCopy && (memory.vainEdits >= VAIN_EDITS || !VAIN_KINDS.includes(kind))) return false;
      // What a reader does to a copy changes nothing of what its people may expect.
      const own = isCopy ? new Memory(memory.token, memory.person, 'liferay') : memory;
      const done = asPerson(() => editInLiferay(deed, kind, row, own));
      if (done && isCopy) memory.vainEdits += kind === 'delete' ? VAIN_EDITS : 1;
      return done;
    };
    targets.push({ memory, key: `${memory.token} ${row.calendarBookingId}`, apply });
  }
  return targets;
}

/** What was deleted or moved away on that side, and can be brought back. */
export function returnableTargets(
  scene: Scene,
  deed: Deed,
  side: Side,
  kind: 'restore' | 'moveBack',
): readonly Target[] {
  const { events, asPerson } = scene;
  const elsewhere = new Set(presentTargets(scene, deed, otherSide(side)).map(({ memory }) => memory.token));
  const targets: Target[] = [];
  const add = (token: string, key: string, bringBack: (memory: Memory, is: boolean) => void) => {
    const memory = events.get(token);
    const apply = (): boolean => {
      // One that became private there meanwhile is in both calendars again, and its old name is no secret any more.
      if (!memory || (side === 'liferay' && memory.isPrivate && elsewhere.has(token))) return false;
      bringBack(memory, elsewhere.has(token));
      return true;
    };
    if (memory) targets.push({ memory, key, apply });
  };
  if (side === 'exchange') {
    for (const item of returnable(deed, kind))
      add(item.content.location, item.id, (memory, is) => bringBackInOutlook(deed, item, memory, is));
  } else {
    for (const row of inRecycleBin(deed))
      add(row.location, String(row.calendarBookingId), (memory, is) =>
        asPerson(() => bringBackInLiferay(deed, row, memory, is)),
      );
  }
  return targets;
}

/** Each act has its own order of all that there could be; what is not there is passed over. */
export function inOrderOf<T>(serial: number, list: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const rank = (text: string): number => {
    let hash = serial * 2_654_435_761;
    for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619) >>> 0;
    return seeded(hash)();
  };
  const ranked = list.map((one) => ({ one, at: rank(nameOf(one)) }));
  return ranked.sort((a, b) => a.at - b.at).map(({ one }) => one);
}

export function inOwnOrder(targets: readonly Target[], serial: number): readonly Target[] {
  return inOrderOf(serial, targets, ({ memory }) => memory.token);
}
