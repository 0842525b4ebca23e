/** What the database's constraints said of a pairing, as an answer. */
import type { PairingOutcome } from '#store/pairings.repository.ts';
import { ApiProblem } from './problem.ts';

/** @throws ApiProblem calendarAlreadyPaired, folderAlreadyPaired */
export function requireDone(outcome: PairingOutcome): void {
  switch (outcome) {
    case 'done':
      return;
    case 'calendarTaken':
      throw new ApiProblem('calendarAlreadyPaired');
    case 'folderTaken':
      throw new ApiProblem('folderAlreadyPaired');
    default:
      outcome satisfies never;
  }
}
