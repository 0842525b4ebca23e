/** What two calendars show differently. */

/** As multisets. @returns one line, or none where both show the same */
export function differences(
  what: string,
  exchange: readonly string[],
  liferay: readonly string[],
): readonly string[] {
  const left = [...liferay];
  const missing = exchange.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  if (missing.length + left.length === 0) return [];
  const list = (some: readonly string[]) =>
    `${some.length} (${some.slice(0, 3).join('; ')}${some.length > 3 ? '; …' : ''})`;
  return [`${what}: only in Exchange ${list(missing)}, only in Liferay ${list(left)}`];
}
