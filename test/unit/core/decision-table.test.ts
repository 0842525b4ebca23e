/** The decision table, cell by cell: whatever was agreed, whatever happened on both sides, in both directions. */
import { describe, expect, test } from 'vitest';
import { plan } from '#core/plan.ts';
import {
  CIRCUMSTANCES,
  type Circumstance,
  type DecisionTable,
  DIRECTIONS,
  type Direction,
  expected,
  HAPPENED,
  type Happened,
  situation,
  told,
} from './decision-table.ts';
import { AGREED } from './decision-table-agreed.ts';
import { UNAGREED } from './decision-table-unagreed.ts';

const TABLES: Readonly<Record<'agreed' | 'unagreed', DecisionTable>> = { agreed: AGREED, unagreed: UNAGREED };
const circumstances = Object.keys(CIRCUMSTANCES) as readonly Circumstance[];

interface Place {
  readonly past: 'unagreed' | 'agreed';
  readonly exchange: Happened;
  readonly liferay: Happened;
  readonly direction: Direction;
}

const places: readonly Place[] = (['unagreed', 'agreed'] as const).flatMap((past) =>
  HAPPENED.flatMap((exchange) =>
    HAPPENED.flatMap((liferay) => DIRECTIONS.map((direction) => ({ past, exchange, liferay, direction }))),
  ),
);

for (const place of places) {
  const { past, exchange, liferay, direction } = place;
  const cell = TABLES[past][exchange][liferay][direction];
  const decide = (circumstance: Circumstance | null) =>
    told(plan(situation(past === 'agreed', exchange, liferay, direction, circumstance)));
  const named = circumstances.flatMap((circumstance) => {
    const outcome = cell.but?.[circumstance];
    return outcome ? [{ circumstance, outcome }] : [];
  });

  describe(`${past}: Exchange ${exchange}, Liferay ${liferay}, ${direction}. ${cell.story.replace('\n', ' ')}`, () => {
    test(cell.does, () => {
      expect(decide(null)).toEqual(expected(cell, null));
    });

    for (const { circumstance, outcome } of named) {
      test(`${outcome.does}, when ${CIRCUMSTANCES[circumstance]}`, () => {
        expect(decide(circumstance)).toEqual(expected(outcome, circumstance));
      });
    }

    test('nothing else makes a difference', () => {
      for (const circumstance of circumstances) {
        if (cell.but?.[circumstance]) continue;
        const outcome = { circumstance, ...expected(cell, circumstance) };
        expect({ circumstance, ...decide(circumstance) }).toEqual(outcome);
      }
    });
  });
}
