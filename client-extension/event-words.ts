/** How parts of events are called in lists. Pure. */
import type { EventField } from '#shared/event-fields.ts';
import type { Texts } from '#shared/texts/dictionary.ts';

/** "time and place"; empty for none. */
export function fieldNames(fields: readonly EventField[], { ui, locale }: Texts): string {
  return new Intl.ListFormat(locale).format(fields.map((field) => ui.fields[field]));
}
