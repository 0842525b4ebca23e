/** The JSON of models: bean properties marked `@JSON` in the `*ModelImpl` classes, as the portal's serialiser writes them. */
import type { Translations } from '../localised-text.ts';
import { currentValue, DEFAULT_LANGUAGE_ID, localisationXml } from '../localised-text.ts';
import type { Portal } from '../portal-model.ts';
import type { Booking, Calendar, CalendarResource, Group, User } from '../portal-rows.ts';
import {
  COMPANY_ID,
  fullName,
  GROUP_CLASS_NAME_ID,
  GUEST_USER_ID,
  USER_CLASS_NAME_ID,
} from '../portal-rows.ts';
import type { LiferaySwitches } from '../switches.ts';

export interface ClassName {
  readonly classNameId: number;
  readonly value: string;
}

/** A model on its way out; its properties are written only when somebody asks for them. */
export type ModelView =
  | { readonly model: 'booking'; readonly row: Booking }
  | { readonly model: 'calendar'; readonly row: Calendar }
  | { readonly model: 'resource'; readonly row: CalendarResource }
  | { readonly model: 'user'; readonly row: User }
  | { readonly model: 'group'; readonly row: Group }
  | { readonly model: 'className'; readonly row: ClassName };

/** Null: an object that is not there (`{}`); undefined: a void method (`{}`). */
export type ServiceResult = ModelView | readonly ModelView[] | number | boolean | string | null | undefined;

interface Writer {
  readonly switches: LiferaySwitches;
  readonly languageId: string;
  readonly portal: Portal;
}

type Json = string | number | boolean | null;
/** Name → how it is read from a row. */
type Columns<Row> = Readonly<Record<string, (row: Row) => Json>>;

const long = (writer: Writer, value: number): Json =>
  writer.switches.longsAsStrings ? String(value) : value;
const date = (writer: Writer, value: number): Json =>
  writer.switches.datesAs === 'string' ? String(value) : value;

function userName(writer: Writer, userId: number): string {
  const user = writer.portal.model.users.get(userId);
  return user ? fullName(user) : '';
}

interface Audited {
  readonly uuid: string;
  readonly groupId: number;
  readonly userId: number;
  readonly createDate: number;
  readonly modifiedDate: number;
  readonly mvccVersion?: number;
}

/** The columns that every model of Calendar has. */
function auditColumns(writer: Writer): Columns<Audited> {
  const version: Columns<Audited> = { mvccVersion: (row) => long(writer, row.mvccVersion ?? 0) };
  const publication: Columns<Audited> = { ctCollectionId: () => long(writer, 0) };
  return {
    ...(writer.switches.hasMvcc ? version : {}),
    ...(writer.switches.hasCtCollection ? publication : {}),
    uuid: (row) => row.uuid,
    groupId: (row) => long(writer, row.groupId),
    companyId: () => long(writer, COMPANY_ID),
    userId: (row) => long(writer, row.userId),
    userName: (row) => userName(writer, row.userId),
    createDate: (row) => date(writer, row.createDate),
    modifiedDate: (row) => date(writer, row.modifiedDate),
    lastPublishDate: () => null,
  };
}

function bookingColumns(writer: Writer): Columns<Booking> {
  const { switches, languageId } = writer;
  const isSixTwo = switches.generation === '6.2';
  const sixTwo: Columns<Booking> = { resourceBlockId: () => long(writer, 1) };
  const seven: Columns<Booking> = {
    recurringCalendarBookingId: (row) => long(writer, row.recurringCalendarBookingId),
    instanceIndex: (row) => row.instanceIndex,
  };
  return {
    ...auditColumns(writer),
    ...(isSixTwo ? sixTwo : seven),
    calendarBookingId: (row) => long(writer, row.calendarBookingId),
    calendarId: (row) => long(writer, row.calendarId),
    calendarResourceId: (row) => long(writer, row.calendarResourceId),
    parentCalendarBookingId: (row) => long(writer, row.parentCalendarBookingId),
    ...(switches.hasUidColumn ? { [switches.uidKey]: (row: Booking) => row.vEventUid } : {}),
    title: (row) => localisationXml(row.titles, 'Title'),
    titleCurrentValue: (row) => currentValue(row.titles, languageId),
    description: (row) => localisationXml(row.descriptions, 'Description'),
    descriptionCurrentValue: (row) => currentValue(row.descriptions, languageId),
    location: (row) => row.location,
    startTime: (row) => long(writer, row.startTime),
    endTime: (row) => long(writer, row.endTime),
    allDay: (row) => row.allDay,
    recurrence: (row) => row.recurrence,
    firstReminder: (row) => long(writer, row.firstReminder),
    firstReminderType: (row) => row.firstReminderType,
    secondReminder: (row) => long(writer, row.secondReminder),
    secondReminderType: (row) => row.secondReminderType,
    status: (row) => row.status,
    statusByUserId: (row) => long(writer, row.statusByUserId),
    statusByUserName: (row) => userName(writer, row.statusByUserId),
    statusDate: (row) => date(writer, row.statusDate),
  };
}

type Named = { readonly names: Translations; readonly descriptions: Translations };

function nameColumns(writer: Writer): Columns<Named> {
  return {
    name: (row) => localisationXml(row.names, 'Name'),
    nameCurrentValue: (row) => currentValue(row.names, writer.languageId),
    description: (row) => localisationXml(row.descriptions, 'Description'),
    descriptionCurrentValue: (row) => currentValue(row.descriptions, writer.languageId),
  };
}

function calendarColumns(writer: Writer): Columns<Calendar> {
  return {
    ...auditColumns(writer),
    ...nameColumns(writer),
    calendarId: (row) => long(writer, row.calendarId),
    calendarResourceId: (row) => long(writer, row.calendarResourceId),
    ...(writer.switches.calendarsTellZone ? { timeZoneId: (row: Calendar) => row.zone } : {}),
    color: (row) => row.color,
    defaultCalendar: (row) => row.defaultCalendar,
    enableComments: () => false,
    enableRatings: () => false,
  };
}

function resourceColumns(writer: Writer): Columns<CalendarResource> {
  return {
    ...auditColumns(writer),
    ...nameColumns(writer),
    calendarResourceId: (row) => long(writer, row.calendarResourceId),
    classNameId: (row) => long(writer, row.classNameId),
    classPK: (row) => long(writer, row.classPK),
    classUuid: (row) => row.uuid,
    code: (row) => row.code,
    active: (row) => row.active,
  };
}

function userColumns(writer: Writer): Columns<User> {
  return {
    uuid: (row) => row.uuid,
    userId: (row) => long(writer, row.userId),
    companyId: () => long(writer, COMPANY_ID),
    createDate: (row) => date(writer, row.createDate),
    modifiedDate: (row) => date(writer, row.createDate),
    screenName: (row) => row.screenName,
    emailAddress: (row) => row.emailAddress,
    emailAddressVerified: (row) => row.emailVerified,
    firstName: (row) => row.firstName,
    middleName: () => '',
    lastName: (row) => row.lastName,
    jobTitle: () => '',
    languageId: (row) => row.languageId,
    timeZoneId: (row) => row.zone,
    defaultUser: (row) => row.userId === GUEST_USER_ID,
    status: (row) => (row.deactivated ? 5 : 0),
  };
}

function groupColumns(writer: Writer): Columns<Group> {
  const isUser = (row: Group): boolean => row.kind === 'user';
  return {
    groupId: (row) => long(writer, row.groupId),
    companyId: () => long(writer, COMPANY_ID),
    classNameId: (row) => long(writer, isUser(row) ? USER_CLASS_NAME_ID : GROUP_CLASS_NAME_ID),
    classPK: (row) => long(writer, isUser(row) ? row.ownerUserId : row.groupId),
    creatorUserId: (row) => long(writer, row.ownerUserId),
    name: (row) => localisationXml({ [DEFAULT_LANGUAGE_ID]: row.name }, 'Name'),
    nameCurrentValue: (row) => row.name,
    descriptiveName: (row) => row.name,
    active: () => true,
    site: (row) => !isUser(row),
  };
}

function classNameColumns(writer: Writer): Columns<ClassName> {
  return { classNameId: (row) => long(writer, row.classNameId), value: (row) => row.value };
}

function written<Row>(
  columns: Columns<Row>,
  row: Row,
  only: readonly string[] | null,
): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const name of only ?? Object.keys(columns)) {
    const read = columns[name];
    if (read) object[name] = read(row);
  }
  return object;
}

/** Writes results for one reader, whose language the `…CurrentValue` properties follow. */
export class ModelWriter {
  readonly #columns: {
    readonly booking: Columns<Booking>;
    readonly calendar: Columns<Calendar>;
    readonly resource: Columns<CalendarResource>;
    readonly user: Columns<User>;
    readonly group: Columns<Group>;
    readonly className: Columns<ClassName>;
  };

  constructor(portal: Portal, languageId: string) {
    const writer = { portal, switches: portal.switches, languageId };
    this.#columns = {
      booking: bookingColumns(writer),
      calendar: calendarColumns(writer),
      resource: resourceColumns(writer),
      user: userColumns(writer),
      group: groupColumns(writer),
      className: classNameColumns(writer),
    };
  }

  /** `only`: the properties to write, those that the model does not have left out; null: all. */
  object(view: ModelView, only: readonly string[] | null = null): Record<string, unknown> {
    switch (view.model) {
      case 'booking':
        return written(this.#columns.booking, view.row, only);
      case 'calendar':
        return written(this.#columns.calendar, view.row, only);
      case 'resource':
        return written(this.#columns.resource, view.row, only);
      case 'user':
        return written(this.#columns.user, view.row, only);
      case 'group':
        return written(this.#columns.group, view.row, only);
      case 'className':
        return written(this.#columns.className, view.row, only);
    }
  }

  /** `null` and void results are `{}`. */
  json(result: ServiceResult): unknown {
    if (result === null || result === undefined) return {};
    if (typeof result !== 'object') return result;
    return isList(result) ? result.map((view) => this.object(view)) : this.object(result);
  }
}

export function isList(result: ServiceResult): result is readonly ModelView[] {
  return Array.isArray(result);
}
