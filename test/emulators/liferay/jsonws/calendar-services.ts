/** `CalendarService` and `CalendarResourceService` as JSONWS publishes them. */
import type { NewCalendar } from '../calendar-resources.ts';
import { addCalendar, addResource } from '../calendar-resources.ts';
import type { Translations } from '../localised-text.ts';
import { calendarException } from '../portal-exception.ts';
import type { Calendar, CalendarResource } from '../portal-rows.ts';
import type { ModelView } from './model-json.ts';
import type { Service, ServiceCall } from './signatures.ts';
import { method } from './signatures.ts';

const view = (row: Calendar): ModelView => ({ model: 'calendar', row });
const resourceView = (row: CalendarResource): ModelView => ({ model: 'resource', row });

function anyText(translations: Translations): string {
  return Object.values(translations).join('\n').toLowerCase();
}

function page<T>(call: ServiceCall, rows: readonly T[]): readonly T[] {
  const [start, end] = [call.long('start'), call.long('end')];
  return start < 0 || end < 0 ? rows : rows.slice(start, end);
}

function isAmong(list: readonly number[] | null, value: number): boolean {
  return list === null || list.length === 0 || list.includes(value);
}

type Named = { readonly names: Translations; readonly descriptions: Translations };

/** Keywords match any text; name and description are joined by `andOperator`; blank asks for nothing. */
function matches(call: ServiceCall, row: Named): boolean {
  const words = call.text('keywords').toLowerCase().split(/\s+/).filter(Boolean);
  const all = `${anyText(row.names)}\n${anyText(row.descriptions)}`;
  if (words.length > 0 && !words.some((word) => all.includes(word))) return false;
  const asked = [
    { text: call.text('name'), within: row.names },
    { text: call.text('description'), within: row.descriptions },
  ].filter((field) => field.text !== '');
  if (asked.length === 0) return true;
  const found = asked.map((field) => anyText(field.within).includes(field.text.toLowerCase()));
  return call.bool('andOperator') ? found.every(Boolean) : found.some(Boolean);
}

/** Calendars on which the caller has the action (VIEW where none is named), by name as the finder orders them. */
function foundCalendars(call: ServiceCall): Calendar[] {
  const action = call.text('actionId') || 'VIEW';
  const groupIds = call.longs('groupIds');
  const resourceIds = call.longs('calendarResourceIds');
  return [...call.portal.model.calendars.values()].filter(
    (calendar) =>
      isAmong(groupIds, calendar.groupId) &&
      isAmong(resourceIds, calendar.calendarResourceId) &&
      matches(call, calendar) &&
      call.caller.contains(calendar, action),
  );
}

function resourceCalendars(call: ServiceCall): Calendar[] {
  const { model } = call.portal;
  return model
    .calendarsOf(call.long('calendarResourceId'))
    .filter(
      (calendar) => calendar.groupId === call.long('groupId') && call.caller.contains(calendar, 'VIEW'),
    );
}

function add(call: ServiceCall): ModelView {
  const { portal, caller } = call;
  const resource = portal.model.resource(call.long('calendarResourceId'));
  caller.checkGroup(resource.groupId, 'ADD_CALENDAR');
  const names = call.translations('nameMap') ?? {};
  if (anyText(names).trim() === '') throw calendarException('CalendarNameException');
  const fields: NewCalendar = {
    userId: caller.user.userId,
    groupId: call.long('groupId'),
    calendarResourceId: resource.calendarResourceId,
    names,
    descriptions: call.translations('descriptionMap') ?? {},
    zone: call.text('timeZoneId') || 'UTC',
    color: call.long('color'),
    defaultCalendar: call.bool('defaultCalendar'),
  };
  return view(addCalendar(portal, fields));
}

const PLACE = 'long companyId, long[] groupIds, long[] calendarResourceIds';
const PAGE = 'int start, int end, OrderByComparator orderByComparator';
const list = (call: ServiceCall): ModelView[] => page(call, foundCalendars(call)).map(view);

export const CALENDAR_SERVICE: Service = {
  path: 'calendar',
  inCalendarContext: true,
  className: 'com.liferay.calendar.service.CalendarService',
  methods: [
    method(
      'addCalendar(long groupId, long calendarResourceId, Map nameMap, Map descriptionMap, String timeZoneId, int color, boolean defaultCalendar, boolean enableComments, boolean enableRatings, ServiceContext serviceContext)',
      add,
    ),
    method('fetchCalendar(long calendarId)', (call) => {
      const calendar = call.portal.model.calendars.get(call.long('calendarId'));
      if (!calendar) return null;
      call.caller.check(calendar, 'VIEW');
      return view(calendar);
    }),
    method('getCalendar(long calendarId)', (call) => {
      const calendar = call.portal.model.calendar(call.long('calendarId'));
      call.caller.check(calendar, 'VIEW');
      return view(calendar);
    }),
    method('getCalendarResourceCalendars(long groupId, long calendarResourceId)', (call) =>
      resourceCalendars(call).map(view),
    ),
    method(
      'getCalendarResourceCalendars(long groupId, long calendarResourceId, boolean defaultCalendar)',
      (call) =>
        resourceCalendars(call)
          .filter((calendar) => calendar.defaultCalendar === call.bool('defaultCalendar'))
          .map(view),
    ),
    method(`search(${PLACE}, String keywords, boolean andOperator, ${PAGE})`, list),
    method(`search(${PLACE}, String keywords, boolean andOperator, ${PAGE}, String actionId)`, list),
    method(`search(${PLACE}, String name, String description, boolean andOperator, ${PAGE})`, list),
    method(
      `search(${PLACE}, String name, String description, boolean andOperator, ${PAGE}, String actionId)`,
      list,
    ),
    method(
      `searchCount(${PLACE}, String keywords, boolean andOperator)`,
      (call) => foundCalendars(call).length,
    ),
    method(
      'updateCalendar(long calendarId, Map nameMap, Map descriptionMap, String timeZoneId, int color, boolean defaultCalendar, boolean enableComments, boolean enableRatings, ServiceContext serviceContext)',
      (call) => {
        const { model, clock } = call.portal;
        const old = model.calendar(call.long('calendarId'));
        call.caller.check(old, 'UPDATE');
        model.putCalendar({
          ...old,
          names: call.translations('nameMap') ?? old.names,
          zone: (call.portal.switches.calendarsTellZone ? call.text('timeZoneId') : '') || old.zone,
          modifiedDate: clock.now(),
          mvccVersion: old.mvccVersion + 1,
        });
        return view(model.calendar(old.calendarId));
      },
    ),
  ],
};

function foundResources(call: ServiceCall): CalendarResource[] {
  const groupIds = call.longs('groupIds');
  const classNameIds = call.longs('classNameIds');
  const code = call.text('code').toLowerCase();
  return [...call.portal.model.resources.values()].filter(
    (resource) =>
      isAmong(groupIds, resource.groupId) &&
      isAmong(classNameIds, resource.classNameId) &&
      resource.active === call.bool('active') &&
      (code === '' || resource.code.toLowerCase().includes(code)) &&
      matches(call, resource),
  );
}

const RESOURCES = 'long companyId, long[] groupIds, long[] classNameIds';
const resourceList = (call: ServiceCall): ModelView[] => page(call, foundResources(call)).map(resourceView);

export const RESOURCE_SERVICE: Service = {
  path: 'calendarresource',
  inCalendarContext: true,
  className: 'com.liferay.calendar.service.CalendarResourceService',
  methods: [
    method(
      'addCalendarResource(long groupId, long classNameId, long classPK, String classUuid, String code, Map nameMap, Map descriptionMap, boolean active, ServiceContext serviceContext)',
      (call) => {
        const groupId = call.long('groupId');
        call.caller.checkGroup(groupId, 'ADD_RESOURCE');
        const names = call.translations('nameMap') ?? {};
        if (anyText(names).trim() === '') throw calendarException('CalendarResourceNameException');
        return resourceView(
          addResource(call.portal, {
            userId: call.caller.user.userId,
            groupId,
            classNameId: call.long('classNameId'),
            classPK: call.long('classPK'),
            code: call.text('code'),
            names,
            descriptions: call.translations('descriptionMap') ?? {},
            active: call.bool('active'),
          }),
        );
      },
    ),
    method('fetchCalendarResource(long classNameId, long classPK)', (call) => {
      const found = call.portal.model.resourceOf(call.long('classNameId'), call.long('classPK'));
      return found && resourceView(found);
    }),
    method('getCalendarResource(long calendarResourceId)', (call) =>
      resourceView(call.portal.model.resource(call.long('calendarResourceId'))),
    ),
    method(
      `search(${RESOURCES}, String keywords, boolean active, boolean andOperator, ${PAGE})`,
      resourceList,
    ),
    method(
      `search(${RESOURCES}, String code, String name, String description, boolean active, boolean andOperator, ${PAGE})`,
      resourceList,
    ),
    method(
      `searchCount(${RESOURCES}, String keywords, boolean active, boolean andOperator)`,
      (call) => foundResources(call).length,
    ),
  ],
};
