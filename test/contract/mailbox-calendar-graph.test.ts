/** The Graph adapter against the emulated Exchange Online: the contract, and what only Graph has. */
import { describe } from 'vitest';
import type { GraphSwitches } from '#test/emulators/exchange/graph/graph-switches.ts';
import type { ExchangeSwitches } from '#test/emulators/exchange/switches.ts';
import { openGraph } from './graph-world.ts';
import { mailboxCalendarContract } from './mailbox-calendar.contract.ts';

const OPTIONS = { ownUids: true, seriesVersionsUntold: true } as const;
/** Each point that Microsoft's pages leave open, the other way round. */
const OTHERWISE: Partial<GraphSwitches> = {
  repeatedTransaction: 'conflict',
  immutableIdsNeedHeader: false,
  allDayTimes: 'instant',
  refusesOtherStartDate: false,
  viewDelta: 'seen',
  deletedOccurrenceTouchesMaster: true,
  filtersExtendedInCalendars: false,
  organizerAmongAttendees: true,
  batchOverflow: 'throttled',
  pageSize: 3,
};
const EXCHANGE_OTHERWISE: Partial<ExchangeSwitches> = {
  patternChangeDropsExceptions: false,
  normalisesSingleLines: false,
  bodyLinesEndInCrLf: true,
};

describe('the contract', () => {
  mailboxCalendarContract('Microsoft Graph', () => openGraph(), { ...OPTIONS, runs: 100 });
  mailboxCalendarContract(
    'a tenant that answers as differently as it may',
    () => openGraph({ switches: OTHERWISE, exchange: EXCHANGE_OTHERWISE }),
    { ...OPTIONS, runs: 50, keepsExceptions: true },
  );
  mailboxCalendarContract(
    'a tenant that tells changes of a view only, and takes no notice of If-Match',
    () => openGraph({ switches: { eventsDelta: false, honoursIfMatch: false } }),
    { ...OPTIONS, runs: 20, tellsByReading: true },
  );
});
