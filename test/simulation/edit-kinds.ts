/** What people do, and how often on each side: weights, 0 where that side's people cannot do it. */

export type Side = 'exchange' | 'liferay';

export const SIDES: readonly Side[] = ['exchange', 'liferay'];

export function otherSide(side: Side): Side {
  return side === 'exchange' ? 'liferay' : 'exchange';
}

const WEIGHTS = {
  createSingle: [14, 14],
  createAllDay: [4, 4],
  createSeries: [12, 12],
  createAllDaySeries: [3, 3],
  /** In a zone that is not the calendar's. */
  createSeriesElsewhere: [5, 0],
  createOnlineMeeting: [2, 0],
  editTitle: [9, 9],
  editText: [6, 6],
  editRichText: [3, 0],
  moveTime: [6, 6],
  toAllDay: [2, 2],
  toTimed: [2, 2],
  editShowAs: [2, 0],
  togglePrivate: [1, 0],
  touch: [2, 0],
  editSeriesTitle: [3, 3],
  editSeriesTime: [3, 3],
  editRule: [2, 2],
  changeOccurrence: [5, 5],
  moveOccurrence: [4, 4],
  moveOccurrenceDay: [4, 4],
  occurrenceText: [3, 3],
  occurrenceAllDay: [2, 2],
  occurrenceTimed: [4, 4],
  changeChangedOccurrence: [5, 5],
  deleteOccurrence: [4, 4],
  deleteMovedOccurrence: [5, 5],
  deleteLastOccurrence: [3, 3],
  severalOccurrences: [4, 4],
  /** "This and following", changed or deleted: Liferay makes a series of its own of them. */
  splitSeries: [0, 3],
  cutSeries: [0, 3],
  delete: [3, 3],
  deleteForGood: [3, 3],
  /** From Deleted Items, from the Recycle Bin. */
  restore: [4, 4],
  moveToFolder: [3, 0],
  moveBack: [5, 0],
  /** The Recycle Bin is emptied. */
  purge: [0, 1],
} as const satisfies Record<string, readonly [number, number]>;

/** What happens at most once or twice in a life, and not by lot among the others. */
const RARE = {
  deleteMany: [1, 1],
  changeCalendarZone: [0, 1],
} as const satisfies Record<string, readonly [number, number]>;

export type EditKind = keyof typeof WEIGHTS | keyof typeof RARE;

const ALL: Readonly<Record<string, readonly [number, number]>> = { ...WEIGHTS, ...RARE };

export const EDIT_KINDS = Object.keys(ALL) as readonly EditKind[];

const COLUMN: Readonly<Record<Side, 0 | 1>> = { exchange: 0, liferay: 1 };

/** `side:kind` for all that this side's people can do. */
export const EDIT_KEYS: readonly string[] = SIDES.flatMap((side) =>
  EDIT_KINDS.filter((kind) => (ALL[kind]?.[COLUMN[side]] ?? 0) > 0).map((kind) => `${side}:${kind}`),
);

/** What a person on this side does next. */
export function drawKind(side: Side, random: () => number): EditKind {
  const entries = Object.entries(WEIGHTS) as [EditKind, readonly [number, number]][];
  const total = entries.reduce((sum, [, weights]) => sum + weights[COLUMN[side]], 0);
  let left = random() * total;
  for (const [kind, weights] of entries) {
    left -= weights[COLUMN[side]];
    if (left < 0) return kind;
  }
  return 'editTitle';
}
