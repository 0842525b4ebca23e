/** What calendars belong to: a resource, which stands for a user, a site, or itself (a room). */
import * as v from 'valibot';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { LONG, must } from './booking-row.ts';
import type { Command } from './jsonws-client.ts';
import { isPlugin } from './plugin-dialect.ts';
import type { Session } from './portal-session.ts';

/** What a calendar belongs to. */
export const RESOURCE = v.object({
  calendarResourceId: LONG,
  groupId: LONG,
  classNameId: LONG,
  classPK: LONG,
});
export type Resource = v.InferOutput<typeof RESOURCE>;
const CLASS_NAME = v.object({ classNameId: v.optional(LONG, '') });

/** Asks for the id of a class. The packages moved between 6.2 and 7.0. */
export function className(session: Session, model: 'User' | 'Group'): Command {
  const kernel = isPlugin(session.dialect) ? '' : 'kernel.';
  return {
    path: '/classname/fetch-class-name',
    parameters: { value: `com.liferay.portal.${kernel}model.${model}` },
  };
}

/** The same of rooms and other things, which Liferay owns by themselves. It has not moved. */
export function resourceClassName(): Command {
  return {
    path: '/classname/fetch-class-name',
    parameters: { value: 'com.liferay.calendar.model.CalendarResource' },
  };
}

/** The answer to `className`. */
export function classId(value: unknown): string {
  const { classNameId } = must(CLASS_NAME, value, 'a class name');
  if (classNameId !== '') return classNameId;
  const unknown: Failure = failure('badAnswer', 'The portal does not know the class of users or sites');
  throw new RemoteFailure(unknown);
}
