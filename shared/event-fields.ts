/** Of what an event consists where it is compared, merged and told about. */

/**
 * The fields that are merged one by one. `when` is the time and the recurrence, which are one decision: half of each is no
 * series. `exceptions` are merged occurrence by occurrence,
 * `attendees` address by address.
 */
export const EVENT_FIELDS = [
  'title',
  'description',
  'location',
  'when',
  'exceptions',
  'showAs',
  'sensitivity',
  'reminderMinutes',
  'categories',
  'attendees',
  'ownResponse',
] as const;
export type EventField = (typeof EVENT_FIELDS)[number];
