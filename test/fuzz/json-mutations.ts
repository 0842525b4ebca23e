/** Ways to spoil JSON that stays JSON. */
import { anyValue, NUMBERS, pick, type Random, timesOf } from './values.ts';

type Container = unknown[] | Record<string, unknown>;

/** One value of a document, by what holds it. */
interface Place {
  readonly holder: Container;
  readonly key: string;
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function get({ holder, key }: Place): unknown {
  return (holder as Record<string, unknown>)[key];
}

function set({ holder, key }: Place, value: unknown): void {
  (holder as Record<string, unknown>)[key] = value;
}

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function placesIn(holder: unknown): readonly Place[] {
  if (!isContainer(holder)) return [];
  return Object.keys(holder).flatMap((key) => [
    { holder, key },
    ...placesIn((holder as Record<string, unknown>)[key]),
  ]);
}

const ODD: readonly unknown[] = [null, true, false, 0, -1, 1e308, 2 ** 53, 0.5, '', [], {}, [[]], [null]];

type Change = (place: Place, other: Place, random: Random) => void;

const CHANGES: readonly (readonly [weight: number, what: string, change: Change])[] = [
  [3, 'left out', (place) => remove(place)],
  [
    2,
    'twice',
    (place) => {
      if (Array.isArray(place.holder)) place.holder.push(structuredClone(get(place)));
      else set({ ...place, key: `${place.key}2` }, get(place));
    },
  ],
  [
    3,
    'exchanged with another',
    (place, other) => {
      const [one, two] = [structuredClone(get(place)), structuredClone(get(other))];
      set(place, two);
      set(other, one);
    },
  ],
  [4, 'of another type', (place, _, random) => set(place, pick(random, ODD))],
  [5, 'with another value', (place, _, random) => set(place, anyValue(random))],
  [3, 'another number', (place, _, random) => set(place, Number(pick(random, NUMBERS)))],
  [1, 'as text', (place) => set(place, JSON.stringify(get(place)))],
  [2, 'in a list', (place) => set(place, [get(place)])],
  [1, 'in an object', (place) => set(place, { value: get(place) })],
  [
    1,
    'deep',
    (place, _, random) => {
      for (let times = Math.floor(random() * 150); times > 0; times -= 1) set(place, [get(place)]);
    },
  ],
  [
    1,
    'many times',
    (place, _, random) => {
      const value = get(place);
      const length = timesOf(JSON.stringify(value)?.length ?? 0, random);
      set(
        place,
        Array.from({ length }, () => value),
      );
    },
  ],
  [1, 'half a surrogate pair', (place) => set(place, 'a\u{d83d}')],
];

const WEIGHTED = CHANGES.flatMap(([weight, what, change]) =>
  Array.from({ length: weight }, () => ({ what, change })),
);

/** Null for what is no JSON. */
export function mutateJson(
  text: string,
  random: Random,
): { readonly body: string; readonly what: string } | null {
  const document = parsed(text);
  if (document === null) return null;
  const all = placesIn(document);
  const place = random() < 0.2 ? pick(random, all.slice(0, 8)) : pick(random, all);
  const other = pick(random, all);
  const { what, change } = pick(random, WEIGHTED);
  change(place, other, random);
  const now = JSON.stringify(get(place))?.slice(0, 60) ?? '';
  return { body: JSON.stringify(document['whole']) ?? '', what: `"${place.key}" ${what} ${now}` };
}

/** In an object, so that the whole can be changed too. */
function parsed(text: string): { whole: unknown } | null {
  try {
    return { whole: JSON.parse(text) };
  } catch {
    return null;
  }
}
