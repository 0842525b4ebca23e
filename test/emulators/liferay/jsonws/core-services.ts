/** The portal's own services that a calendar client uses: its version, users, groups, class names. Company is not published. */
import { PortalException } from '../portal-exception.ts';
import { classNameId, GUEST_USER_ID } from '../portal-rows.ts';
import { SINCE_71 } from './booking-call.ts';
import type { Service } from './signatures.ts';
import { method } from './signatures.ts';

function noSuchModel(model: 'User' | 'Group', id: number): PortalException {
  return new PortalException(
    `com.liferay.portal.kernel.exception.NoSuch${model}Exception`,
    `No ${model} exists with the primary key ${id}`,
    404,
  );
}

/** `@JSONWebService(mode = MANUAL)`: these two are all that is published of it. */
export const PORTAL_SERVICE: Service = {
  path: 'portal',
  inCalendarContext: false,
  className: 'com.liferay.portal.kernel.service.PortalService',
  methods: [
    method('getBuildNumber()', (call) => call.portal.switches.buildNumber),
    method('getVersion()', (call) => call.portal.switches.version ?? '', SINCE_71),
  ],
};

export const USER_SERVICE: Service = {
  path: 'user',
  inCalendarContext: false,
  className: 'com.liferay.portal.kernel.service.UserService',
  methods: [
    method('getCurrentUser()', (call) => ({ model: 'user', row: call.caller.user })),
    method('getUserById(long userId)', (call) => {
      const userId = call.long('userId');
      const user = call.portal.model.users.get(userId);
      if (!user) throw noSuchModel('User', userId);
      if (userId !== GUEST_USER_ID) call.caller.checkGroup(user.groupId, 'VIEW_USER');
      return { model: 'user', row: user };
    }),
    // The guest's row, which has the company's zone and language (`CompanyImpl.getTimeZone`).
    method('getDefaultUserId(long companyId)', () => GUEST_USER_ID),
  ],
};

export const GROUP_SERVICE: Service = {
  path: 'group',
  inCalendarContext: false,
  className: 'com.liferay.portal.kernel.service.GroupService',
  methods: [
    method('getGroup(long groupId)', (call) => {
      const group = call.portal.model.groups.get(call.long('groupId'));
      if (!group) throw noSuchModel('Group', call.long('groupId'));
      return { model: 'group', row: group };
    }),
    // The group behind a user's personal site; it exists also where personal sites are switched off.
    method('getUserGroup(long companyId, long userId)', (call) => {
      const user = call.portal.model.users.get(call.long('userId'));
      const group = user && call.portal.model.groups.get(user.groupId);
      if (!group) throw noSuchModel('Group', call.long('userId'));
      return { model: 'group', row: group };
    }),
  ],
};

export const CLASS_NAME_SERVICE: Service = {
  path: 'classname',
  inCalendarContext: false,
  className: 'com.liferay.portal.kernel.service.ClassNameService',
  methods: [
    method('fetchClassName(String value)', (call) => {
      const value = call.text('value');
      const id = classNameId(value, call.portal.switches.generation);
      return id === null ? null : { model: 'className', row: { classNameId: id, value } };
    }),
    method(
      'fetchClassNameId(String value)',
      (call) => classNameId(call.text('value'), call.portal.switches.generation) ?? 0,
    ),
  ],
};
