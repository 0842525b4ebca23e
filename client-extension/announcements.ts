/** What a screen reader says when polling brought news. Pure. Silence is the rule: nobody wants each event read out. */
import type { Pairing } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';

/** Progress is read out when it passes one of these shares. */
const PROGRESS_STEPS = 4;

/** One sentence for each pairing with news; empty when there is none. */
export function announcement(before: readonly Pairing[], after: readonly Pairing[], { ui }: Texts): string {
  return after
    .map((pairing) => {
      const old = before.find(({ id }) => id === pairing.id);
      if (old === undefined) return '';
      const name = pairing.exchangeCalendarName;
      if (old.status !== pairing.status) return ui.announceStatus(name, ui.statuses[pairing.status].sentence);
      if (pairing.status === 'firstSync' && progressStep(old) < progressStep(pairing)) {
        return ui.announceProgress(name, ui.progress(pairing.progress.done, pairing.progress.total));
      }
      if (pairing.problems.parked > old.problems.parked) {
        return ui.announceProblems(name, ui.parked(pairing.problems.parked));
      }
      return '';
    })
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function progressStep({ progress }: Pairing): number {
  return progress.total === 0 ? 0 : Math.floor((progress.done / progress.total) * PROGRESS_STEPS);
}
