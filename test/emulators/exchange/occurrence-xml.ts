/** Elements of a master that tell of its occurrences: first, last, modified and deleted ones (EWS schema). */
import { occurrenceId } from './ids.ts';
import type { ItemView } from './series.ts';
import { endsOf, slotOf } from './series.ts';
import type { ExchangeSwitches } from './switches.ts';
import { escapeXml } from './xml.ts';
import { formatInstant } from './zones.ts';

export const flag = (name: string, value: boolean): string => `<t:${name}>${value}</t:${name}>`;
export const instant = (name: string, value: number): string =>
  `<t:${name}>${formatInstant(value)}</t:${name}>`;

export function itemIdXml(id: string, changeKey: string, name = 'ItemId'): string {
  return `<t:${name} Id="${escapeXml(id)}" ChangeKey="${escapeXml(changeKey)}"/>`;
}

export function isMasterOf(view: ItemView): boolean {
  return view.type === 'RecurringMaster';
}

function occurrenceInfo(name: string, view: ItemView | null): string {
  if (view === null || view.occurrence === null) return '';
  const id = itemIdXml(view.id, view.stored.changeKey);
  const { start, end } = view.content;
  return `<t:${name}>${id}${instant('Start', start)}${instant('End', end)}${instant('OriginalStart', view.occurrence.originalStart)}</t:${name}>`;
}

export function endXml(view: ItemView, which: 'first' | 'last', name: string): string {
  const { series } = view.stored;
  if (!isMasterOf(view) || series === null) return '';
  return occurrenceInfo(name, endsOf(view.stored, series)[which]);
}

export function modifiedOccurrences(view: ItemView): string {
  const { series, changeKey, id, content } = view.stored;
  if (!isMasterOf(view) || series === null || series.exceptions.size === 0) return '';
  const infos = [...series.exceptions]
    .sort(([a], [b]) => a - b)
    .map(([day, own]) => {
      const slot = slotOf(content, day);
      return `<t:Occurrence>${itemIdXml(occurrenceId(id, day), changeKey)}${instant('Start', own.start ?? slot.start)}${instant('End', own.end ?? slot.end)}${instant('OriginalStart', slot.start)}</t:Occurrence>`;
    });
  return `<t:ModifiedOccurrences>${infos.join('')}</t:ModifiedOccurrences>`;
}

export function deletedOccurrences(view: ItemView, { deletedStart }: ExchangeSwitches): string {
  const { series, content } = view.stored;
  if (!isMasterOf(view) || series === null || series.deletedDays.size === 0) return '';
  const infos = [...series.deletedDays]
    .sort(([a], [b]) => a - b)
    .map(([day, own]) => {
      const start = (deletedStart === 'last' ? own : null) ?? slotOf(content, day).start;
      return `<t:DeletedOccurrence>${instant('Start', start)}</t:DeletedOccurrence>`;
    });
  return `<t:DeletedOccurrences>${infos.join('')}</t:DeletedOccurrences>`;
}
