/**
 * Who may do what with a calendar (`resource-actions/default.xml`): bookings have no permissions of their own.
 * Grants and revocations stand for an administrator's edits of roles and of a calendar's permissions.
 */
import { mustHavePermission } from './portal-exception.ts';
import type { Portal, PortalModel } from './portal-model.ts';
import type { Calendar, User } from './portal-rows.ts';
import { GUEST_USER_ID } from './portal-rows.ts';

export type CalendarAction =
  | 'VIEW'
  | 'VIEW_BOOKING_DETAILS'
  | 'MANAGE_BOOKINGS'
  | 'UPDATE'
  | 'DELETE'
  | 'PERMISSIONS';
/** Actions on a group: a user's personal site or a site. VIEW_USER is VIEW on the user whose personal site it is. */
export type GroupAction = 'ADD_RESOURCE' | 'ADD_CALENDAR' | 'VIEW_USER';
/** A user's id, or a role's name. */
export type Principal = number | string;
/** One calendar, or every calendar of the company. */
export type CalendarScope = number | 'all';

export const ADMINISTRATOR = 'Administrator';

export class PermissionEdits {
  readonly #edits = new Map<string, boolean>();

  /** Sets or takes away an action; what is taken away stays away, whatever else would give it. */
  set(principal: Principal, scope: CalendarScope, action: string, allowed: boolean): void {
    this.#edits.set(`${principal}\n${scope}\n${action}`, allowed);
  }

  /** Null: nobody edited it. */
  decision(user: User, calendarId: number, action: string): boolean | null {
    let allowed: boolean | null = null;
    for (const principal of [user.userId, ...user.roles])
      for (const scope of [calendarId, 'all']) {
        const edit = this.#edits.get(`${principal}\n${scope}\n${action}`);
        if (edit === false) return false;
        if (edit) allowed = true;
      }
    return allowed;
  }
}

export interface PermissionContext {
  readonly portal: Portal;
  readonly edits: PermissionEdits;
}

function isGroupOwner(model: PortalModel, user: User, groupId: number): boolean {
  const group = model.groups.get(groupId);
  return group?.ownerUserId === user.userId;
}

function isImplied(context: PermissionContext, user: User, calendar: Calendar, action: string): boolean {
  const { model, switches } = context.portal;
  const guestsMay = action === 'VIEW' && switches.guestsViewCalendars;
  if (guestsMay || user.userId === GUEST_USER_ID) return guestsMay;
  if (user.roles.includes(ADMINISTRATOR) || calendar.userId === user.userId) return true;
  if (isGroupOwner(model, user, calendar.groupId)) return true;
  const isMember = model.groups.get(calendar.groupId)?.memberIds.includes(user.userId) ?? false;
  return isMember && (action === 'VIEW' || action === 'VIEW_BOOKING_DETAILS');
}

/** The rights of one caller during one request. `withheld`: actions that a fault takes away from every calendar. */
export class PermissionChecker {
  readonly user: User;
  readonly #context: PermissionContext;
  readonly #withheld: ReadonlySet<string>;

  constructor(context: PermissionContext, user: User, withheld: ReadonlySet<string>) {
    this.#context = context;
    this.user = user;
    this.#withheld = withheld;
  }

  contains(calendar: Calendar, action: string): boolean {
    if (this.#withheld.has(action)) return false;
    const edited = this.#context.edits.decision(this.user, calendar.calendarId, action);
    return edited ?? isImplied(this.#context, this.user, calendar, action);
  }

  check(calendar: Calendar, action: string): void {
    if (!this.contains(calendar, action))
      throw mustHavePermission(this.user.userId, action, calendar.calendarId);
  }

  checkGroup(groupId: number, action: GroupAction): void {
    const edited = this.#context.edits.decision(this.user, groupId, action);
    const isOwner = isGroupOwner(this.#context.portal.model, this.user, groupId);
    if (edited ?? (this.user.roles.includes(ADMINISTRATOR) || isOwner)) return;
    throw mustHavePermission(this.user.userId, action, groupId);
  }
}
