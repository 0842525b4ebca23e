/** The decisions on a pair of which nothing was agreed yet: new events, and events met again after the state was lost. */
import { type Cell, type DecisionTable, type Direction, eitherWay } from './decision-table.ts';

const IN_EXCHANGE_ONLY = {
  story:
    'Somebody made an event in Exchange, or time brought one into the window.\nLiferay gets a copy of it.',
  does: 'createLiferay',
  but: { outsideWindow: { does: 'outside' } },
} as const;

const NEVER_COPIED = {
  story:
    'The item was deleted before it was ever copied; the booking was made by somebody else.\nThere is no evidence that it was the copy: it stays.',
  does: 'leaveAlone',
} as const;

function madeInLiferay(
  story: Cell['story'],
  base: 'liferayAlone' | 'liferayAloneChanged',
): Readonly<Record<Direction, Cell>> {
  return {
    both: { story, does: 'createExchange', base },
    toLiferay: {
      story:
        'Somebody made an event in Liferay; the pairing only copies from Exchange.\nIt is Liferay’s own affair.',
      does: 'leaveAlone',
    },
  };
}

/** Two events that belong together and differ: `exchange` tells which of its events Exchange has. */
function metAgain(
  exchange: 'agreed' | 'exchange',
  liferay: 'agreed' | 'liferay',
): Readonly<Record<Direction, Cell>> {
  const exchangeWins = { does: 'updateLiferay title', base: exchange, lost: 'liferay' } as const;
  return {
    both: {
      story:
        'The state was lost, and both sides hold an event of one UID with different titles.\nThe policy’s side is right, the other title goes to the history.',
      ...exchangeWins,
      but: {
        liferayWins: { does: 'updateExchange title', base: liferay, lost: 'exchange' },
        meeting: exchangeWins,
      },
    },
    toLiferay: {
      story:
        'The state was lost, and the copy of an event has another title than its original.\nExchange is right, whatever the policy says.',
      ...exchangeWins,
    },
  };
}

/** `base`: which of its events Exchange has. */
function deletedUncopied(base: 'agreed' | 'exchange'): Readonly<Record<Direction, Cell>> {
  const putBack = { does: 'createLiferay', base, putBack: true } as const;
  return {
    both: {
      story:
        'A booking was deleted before both sides ever agreed that it was the copy.\nThere is no evidence that Exchange should follow: Liferay gets a copy.',
      ...{ does: 'createLiferay', base },
      but: { outsideWindow: { does: 'outside' }, liferayRejected: putBack, meeting: putBack },
    },
    toLiferay: {
      story:
        'A booking was deleted before both sides ever agreed that it was the copy.\nLiferay has no say: it gets the copy back.',
      ...putBack,
    },
  };
}

export const UNAGREED: DecisionTable = {
  none: {
    none: eitherWay({
      story:
        'The half of this link was found to belong to another one.\nNothing is left here: the link is dropped.',
      does: 'forget',
    }),
    unchanged: madeInLiferay('Somebody made an event in Liferay.\nExchange gets it.', 'liferayAlone'),
    changed: madeInLiferay(
      'Somebody made an event in Liferay and edited it before it was copied.\nExchange gets it as it is now.',
      'liferayAloneChanged',
    ),
    gone: eitherWay({
      story:
        'Somebody made an event in Liferay and deleted it before it was copied.\nNobody is told: the link is dropped.',
      does: 'forget',
    }),
  },
  unchanged: {
    none: eitherWay({ ...IN_EXCHANGE_ONLY, base: 'agreed' }),
    unchanged: eitherWay({
      story:
        'The state was lost, and both sides hold the same event.\nThey are linked, and nothing is written.',
      does: 'agree',
      base: 'agreed',
    }),
    changed: metAgain('agreed', 'liferay'),
    gone: deletedUncopied('agreed'),
  },
  changed: {
    none: eitherWay({ ...IN_EXCHANGE_ONLY, base: 'exchange' }),
    unchanged: metAgain('exchange', 'agreed'),
    changed: metAgain('exchange', 'liferay'),
    gone: deletedUncopied('exchange'),
  },
  gone: {
    none: eitherWay({
      story:
        'Somebody made an event in Exchange and deleted it before it was copied.\nNobody is told: the link is dropped.',
      does: 'forget',
    }),
    unchanged: eitherWay(NEVER_COPIED),
    changed: eitherWay(NEVER_COPIED),
    gone: eitherWay({
      story: 'Both were deleted before both sides ever agreed.\nThe link is dropped.',
      does: 'forget',
    }),
  },
};
