/** What an event is called towards people: private events are not named, wherever the API lists events. */
import { type SQL, sql } from 'drizzle-orm';

/** `event`: a canonical event as JSON text. Null for private events, and for text that is no event. */
export function shownTitle(event: SQL): SQL<string | null> {
  // CASE, because json_extract fails on text that is no JSON.
  return sql<string | null>`case when json_valid(${event}) then
    case when json_extract(${event}, '$.sensitivity') in ('normal', 'personal') then json_extract(${event}, '$.title') end end`;
}
