/**
 * Lives that once broke something. A story belongs to the generator that told it: when what people do is drawn
 * differently, a regression tells another story, and its rule needs a test of its own.
 */
import type { SimulationOptions } from './simulate.ts';

export interface Regression {
  /** What broke, and by which story. */
  readonly name: string;
  readonly life: SimulationOptions;
}

export const REGRESSIONS: readonly Regression[] = [
  {
    name: 'an occurrence is changed in Exchange while the title of its series is edited in Liferay: both arrive',
    life: { seed: 452, steps: 35, spared: ['restoredBackup'] },
  },
  {
    name: 'the lease ends while the rows of a divided series are added: none of them is taken for an event of its own',
    life: { seed: 373, steps: 37, spared: ['restoredBackup'] },
  },
  {
    name: 'the process crashes while the rows of a divided series are added: none of them is taken for a new event',
    life: { seed: 339, steps: 5 },
  },
  {
    name: 'an occurrence of a divided series is deleted in Exchange: its day is taken out of the right stretch',
    life: { seed: 348, steps: 33, spared: ['restoredBackup'] },
  },
  {
    name: 'an occurrence is deleted from a series whose zone is not the calendar’s: Liferay follows',
    life: { seed: 377, steps: 36, spared: ['restoredBackup'] },
  },
  {
    name: 'changed occurrences of a series that was split in Liferay belong to the part that has their day',
    life: { seed: 16, steps: 34, spared: ['restoredBackup'] },
  },
  {
    name: 'an all-day occurrence becomes a timed one in Liferay, and another is changed, both at once',
    life: { seed: 384, steps: 36, spared: ['restoredBackup'] },
  },
  {
    name: 'an occurrence becomes timed in Exchange while Liferay cuts the series, and the lease ends',
    life: { seed: 334, steps: 6 },
  },
  {
    name: 'the process crashes while the earlier half of a split series is written: the later half waits for its changed occurrences',
    life: { seed: 361, steps: 40 },
  },
  {
    name: 'a divided series is deleted for good in Exchange, and two processes crash on their way to its rows: none is left',
    life: { seed: 273, steps: 40 },
  },
  {
    name: 'a rejected mass deletion of a series of which an older backup still knows the row that went since',
    life: { seed: 3082, steps: 16 },
  },
  {
    name: 'an occurrence is changed in a read-only copy when the title of its series is written: it is put back',
    life: { seed: 226, steps: 40 },
  },
  {
    name: 'all occurrences of a stretch are changed or deleted in Liferay at once: each change is one of its own occurrence',
    life: { seed: 2149, steps: 40 },
  },
  {
    name: 'a stretch of a series is renamed in Liferay at the very moment when the calendar gets another zone: the name arrives',
    life: { seed: 269, steps: 40 },
  },
  {
    name: 'a series of another zone is deleted in Exchange after an older backup was made, which is then put back',
    life: { seed: 17, steps: 40 },
  },
];
