/** What of a mailbox's row is said in words. Pure. */
import type { DomainMailbox } from '#shared/domain-api.ts';
import type { MailboxPanelTexts } from '#shared/texts/domains/panels-dictionary.ts';
import type { Look } from '../../label.ts';

const UNITS = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
] as const;

/** In the largest unit in which it is a whole number: "5 minutes", "90 seconds". */
export function durationText(seconds: number, locale: string): string {
  const { unit, seconds: length } = UNITS.find((each) => seconds > 0 && seconds % each.seconds === 0) ?? {
    unit: 'second' as const,
    seconds: 1,
  };
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / length);
}

/** Intervals that there are to choose from; one that somebody chose elsewhere is among them. */
export function intervalChoices(current?: number): readonly number[] {
  const usual = [15, 30, 60, 120, 300, 900, 1_800, 3_600, 14_400, 86_400];
  return [...new Set([...usual, ...(current === undefined ? [] : [current])])].toSorted((a, b) => a - b);
}

/** The choice for whatever interval the domain has. */
export const USUAL = 'usual';

/** For a field: the domain's, and each length in words. */
export function intervalChoiceList(
  words: Pick<MailboxPanelTexts, 'intervalUsual'>,
  locale: string,
  current?: number,
): readonly { readonly value: string; readonly label: string }[] {
  return [
    { value: USUAL, label: words.intervalUsual },
    ...intervalChoices(current).map((seconds) => ({
      value: String(seconds),
      label: durationText(seconds, locale),
    })),
  ];
}

/** What was chosen, in the words of the API: null for the domain's. */
export function intervalSeconds(chosen: string): number | null {
  return chosen === USUAL ? null : Number(chosen);
}

/** Clay's label for how a mailbox does. */
export const LOOKS: Readonly<Record<DomainMailbox['state'], Look>> = {
  active: { label: 'success', icon: 'check-circle-full' },
  failing: { label: 'warning', icon: 'warning-full' },
  paused: { label: 'secondary', icon: 'pause' },
};
