/** When something was, by the reader's calendar and clock: what the service tells does not depend on theirs being right. */
export function moment(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}
