/** The decisions on a pair on which both sides have agreed. */
import { type DecisionTable, eitherWay } from './decision-table.ts';

const PUT_BACK = { does: 'updateLiferay title', base: 'agreed', putBack: true } as const;

export const AGREED: DecisionTable = {
  none: {
    none: eitherWay({
      story:
        'Both halves of the link were found to belong to others.\nNothing is left here: the link is dropped.',
      does: 'forget',
    }),
    unchanged: {
      both: {
        story:
          'A copy stayed when its original was deleted; since then the pairing has become two-way.\nThe copy brings its original back, with what only Exchange knew.',
        ...{ does: 'createExchange', base: 'agreed' },
        but: { meeting: { does: 'leaveAlone' }, ownMeeting: { does: 'leaveAlone' } },
      },
      toLiferay: {
        story:
          'A copy stayed when its original was deleted and a person rejected that.\nIt is Liferay’s own affair now.',
        does: 'leaveAlone',
      },
    },
    changed: {
      both: {
        story:
          'A copy that stayed without its original was edited; the pairing has become two-way.\nIt is made again in Exchange as it is now, with what only Exchange knew.',
        ...{ does: 'createExchange', base: 'liferay' },
        but: { meeting: { does: 'leaveAlone' }, ownMeeting: { does: 'leaveAlone' } },
      },
      toLiferay: {
        story: 'A copy that stayed without its original was edited in Liferay.\nIt is Liferay’s own affair.',
        does: 'leaveAlone',
      },
    },
    gone: eitherWay({
      story:
        'A copy that stayed without its original was deleted in Liferay.\nNothing is left: the link is dropped.',
      does: 'forget',
    }),
  },
  unchanged: {
    none: eitherWay({
      story:
        'An event whose copy was given up outside the window has come back into it.\nLiferay gets a copy again.',
      ...{ does: 'createLiferay', base: 'agreed' },
      but: { outsideWindow: { does: 'outside' } },
    }),
    unchanged: eitherWay({
      story: 'Nobody did anything.\nNothing is written.',
      ...{ does: 'agree', base: 'agreed' },
    }),
    changed: {
      both: {
        story:
          'Somebody edited the event in Liferay.\nExchange follows, except of somebody else’s meeting, which is its organiser’s.',
        ...{ does: 'updateExchange title', base: 'liferay' },
        but: { liferayRejected: PUT_BACK, meeting: PUT_BACK },
      },
      toLiferay: {
        story:
          'Somebody edited the copy in Liferay; the pairing only copies from Exchange.\nThe copy is put back.',
        ...PUT_BACK,
      },
    },
    gone: {
      both: {
        story:
          'Somebody deleted the event in Liferay.\nExchange follows, which cancels a meeting, except of somebody else’s.',
        ...{ does: 'deleteExchange', base: 'nothing' },
        but: {
          liferayRejected: { does: 'createLiferay', base: 'agreed', putBack: true },
          meeting: { does: 'createLiferay', base: 'agreed', putBack: true },
        },
      },
      toLiferay: {
        story:
          'Somebody deleted the copy in Liferay; the pairing only copies from Exchange.\nThe copy is put back.',
        ...{ does: 'createLiferay', base: 'agreed', putBack: true },
      },
    },
  },
  changed: {
    none: eitherWay({
      story:
        'An event whose copy was given up outside the window was moved back into it.\nLiferay gets a copy again.',
      ...{ does: 'createLiferay', base: 'exchange' },
      but: { outsideWindow: { does: 'outside' } },
    }),
    unchanged: {
      both: {
        story:
          'Somebody edited the event in Exchange.\nLiferay follows, also outside the window; a rejected edit is taken back in Exchange.',
        ...{ does: 'updateLiferay title', base: 'exchange' },
        but: {
          exchangeRejected: { does: 'updateExchange title', base: 'agreed', lost: 'exchange' },
        },
      },
      toLiferay: {
        story:
          'Somebody edited the event in Exchange; nothing may be written there.\nLiferay follows; where that was rejected, the copy waits as it is.',
        ...{ does: 'updateLiferay title', base: 'exchange' },
        but: { exchangeRejected: { does: 'park' } },
      },
    },
    changed: {
      both: {
        story:
          'Somebody edited the event in Exchange, and somebody its copy in Liferay, in the same field.\nThe policy decides, and the loser goes to the history.',
        ...{ does: 'updateLiferay title', base: 'exchange', lost: 'liferay' },
        but: {
          liferayWins: { does: 'updateExchange title', base: 'liferay', lost: 'exchange' },
          exchangeRejected: { does: 'updateExchange title', base: 'liferay', lost: 'exchange' },
          liferayRejected: { does: 'updateLiferay title', base: 'exchange', putBack: true },
          meeting: { does: 'updateLiferay title', base: 'exchange', putBack: true },
        },
      },
      toLiferay: {
        story:
          'Somebody edited the event in Exchange, and somebody its copy in Liferay.\nThe copy gets what Exchange has, whatever the policy says.',
        ...{ does: 'updateLiferay title', base: 'exchange', putBack: true },
        but: { exchangeRejected: { does: 'park' } },
      },
    },
    gone: {
      both: {
        story:
          'Somebody edited the event in Exchange, and somebody deleted its copy in Liferay.\nThe edit wins, so that nothing is lost that somebody just worked on; a meeting is cancelled.',
        ...{ does: 'createLiferay', base: 'exchange' },
        but: {
          exchangeRejected: { does: 'deleteExchange', base: 'nothing', lost: 'exchange' },
          liferayRejected: { does: 'createLiferay', base: 'exchange', putBack: true },
          outsideWindow: { does: 'outside' },
          meeting: { does: 'createLiferay', base: 'exchange', putBack: true },
          ownMeeting: { does: 'deleteExchange', base: 'nothing', lost: 'exchange' },
        },
      },
      toLiferay: {
        story:
          'Somebody edited the event in Exchange, and somebody deleted its copy in Liferay.\nThe copy is put back as Exchange has it.',
        ...{ does: 'createLiferay', base: 'exchange', putBack: true },
      },
    },
  },
  gone: {
    none: eitherWay({
      story:
        'Somebody deleted in Exchange an event whose copy had been given up outside the window.\nNothing is left: the link is dropped.',
      does: 'forget',
    }),
    unchanged: {
      both: {
        story:
          'Somebody deleted the event in Exchange.\nLiferay follows; where that was rejected, the copy brings its original back.',
        ...{ does: 'deleteLiferay', base: 'nothing' },
        but: { exchangeRejected: { does: 'createExchange', base: 'agreed' } },
      },
      toLiferay: {
        story:
          'Somebody deleted the event in Exchange; nothing may be written there.\nLiferay follows; where that was rejected, the copy stays as Liferay’s own.',
        ...{ does: 'deleteLiferay', base: 'nothing' },
        but: { exchangeRejected: { does: 'leaveAlone' } },
      },
    },
    changed: {
      both: {
        story:
          'Somebody deleted the event in Exchange, and somebody edited its copy in Liferay.\nThe edit wins: the event is made again, with what only Exchange knew; a meeting stays cancelled.',
        ...{ does: 'createExchange', base: 'liferay' },
        but: {
          liferayRejected: { does: 'deleteLiferay', base: 'nothing', lost: 'liferay' },
          meeting: { does: 'deleteLiferay', base: 'nothing', lost: 'liferay' },
          ownMeeting: { does: 'deleteLiferay', base: 'nothing', lost: 'liferay' },
        },
      },
      toLiferay: {
        story:
          'Somebody deleted the event in Exchange, and somebody edited its copy in Liferay.\nThe copy is deleted, and the edit goes to the history.',
        ...{ does: 'deleteLiferay', base: 'nothing', lost: 'liferay' },
        but: { exchangeRejected: { does: 'leaveAlone' } },
      },
    },
    gone: eitherWay({
      story:
        'Somebody deleted the event in Exchange, and somebody its copy in Liferay.\nBoth got what they wanted: the link is dropped.',
      does: 'forget',
    }),
  },
};
