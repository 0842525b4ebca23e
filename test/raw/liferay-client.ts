/**
 * A person or a test at Liferay's JSONWS, by means as plain as can be. It shares no code with the product, so that
 * emulator and adapter cannot agree on one misreading. Of 6.2 it speaks what reads and deletes; writes are those of 7.x.
 */

export interface RawLiferayAccess {
  /** The platform's `fetch`, or an emulator's. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** `http://localhost:8080`. */
  readonly origin: string;
  readonly credentials: { readonly user: string; readonly password: string } | { readonly bearer: string };
  /** Where the calendar services are: `calendar` unless given, `calendar-portlet` in 6.2. */
  readonly context?: string;
}

/** Times in epoch milliseconds; `description` is HTML. */
export interface RawBookingDraft {
  readonly title: string;
  readonly description?: string;
  readonly location?: string;
  readonly start: number;
  readonly end: number;
  readonly allDay?: boolean;
  /** The column as Liferay stores it: `RRULE:…`, perhaps a second line with EXDATE. */
  readonly recurrence?: string;
}

export interface RawBooking {
  readonly id: string;
  readonly calendarId: string;
  readonly parentId: string;
  readonly seriesId: string;
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly location: string;
  readonly start: number;
  readonly end: number;
  readonly allDay: boolean;
  readonly recurrence: string;
  readonly status: number;
  readonly instanceIndex: number;
}

export interface RawCalendar {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly isDefault: boolean;
}

export interface RawUser {
  readonly id: string;
  readonly screenName: string;
  readonly emailAddress: string;
  readonly languageId: string;
  readonly companyId: string;
}

type Row = Record<string, unknown>;

/** The status and the body of an answer that was no success. */
export class RawLiferayError extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`Liferay answered ${status}: ${body.slice(0, 300)}`);
    this.status = status;
    this.body = body;
  }
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

function booking(row: Row): RawBooking {
  return {
    id: text(row['calendarBookingId']),
    calendarId: text(row['calendarId']),
    parentId: text(row['parentCalendarBookingId']),
    seriesId: text(row['recurringCalendarBookingId']),
    uid: text(row['VEventUid'] ?? row['vEventUid']),
    title: text(row['titleCurrentValue']),
    description: text(row['descriptionCurrentValue']),
    location: text(row['location']),
    start: Number(row['startTime']),
    end: Number(row['endTime']),
    allDay: row['allDay'] === true,
    recurrence: text(row['recurrence']),
    status: Number(row['status']),
    instanceIndex: Number(row['instanceIndex'] ?? 0),
  };
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ALL_STATUSES = [0, 1, 2, 4, 8, 9, 10, 11];
const NO_REMINDERS = {
  firstReminder: 0,
  firstReminderType: 'email',
  secondReminder: 0,
  secondReminderType: 'email',
};

export class RawLiferayClient {
  readonly #access: RawLiferayAccess;

  constructor(access: RawLiferayAccess) {
    this.#access = access;
  }

  /** One JSONWS method by POST of a form, as `curl` would do it. Rejects with RawLiferayError. */
  async call(path: string, parameters: Readonly<Record<string, unknown>>): Promise<unknown> {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
      if (value === null) form.set(`-${name}`, '');
      else form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    }
    const { context = 'calendar' } = this.#access;
    const there = path.replace(/^\/calendar\./, `/${context}.`);
    return this.#send(`/api/jsonws${there}`, form.toString(), 'application/x-www-form-urlencoded');
  }

  /** `/api/jsonws/invoke` with the given commands. */
  async invoke(commands: unknown): Promise<unknown> {
    return this.#send('/api/jsonws/invoke', JSON.stringify(commands), 'application/json');
  }

  async #send(path: string, body: string, type: string): Promise<unknown> {
    const { credentials, origin } = this.#access;
    const authorization =
      'bearer' in credentials
        ? `Bearer ${credentials.bearer}`
        : `Basic ${btoa(`${credentials.user}:${credentials.password}`)}`;
    const headers = { authorization, 'content-type': type };
    const response = await this.#access.fetch(new Request(origin + path, { method: 'POST', headers, body }));
    const answer = await response.text();
    if (response.status !== 200) throw new RawLiferayError(response.status, answer);
    return JSON.parse(answer);
  }

  async #row(path: string, parameters: Readonly<Record<string, unknown>>): Promise<Row> {
    const answer = await this.call(path, parameters);
    if (!isRow(answer)) throw new Error(`${path} did not answer an object.`);
    return answer;
  }

  async #rows(path: string, parameters: Readonly<Record<string, unknown>>): Promise<Row[]> {
    const answer = await this.call(path, parameters);
    if (!Array.isArray(answer)) throw new Error(`${path} did not answer a list.`);
    return answer.filter(isRow);
  }

  async me(): Promise<RawUser> {
    const row = await this.#row('/user/get-current-user', {});
    return {
      id: text(row['userId']),
      screenName: text(row['screenName']),
      emailAddress: text(row['emailAddress']),
      languageId: text(row['languageId']),
      companyId: text(row['companyId']),
    };
  }

  /** Calendars whose bookings this identity may manage. */
  async calendars(): Promise<RawCalendar[]> {
    const { companyId } = await this.me();
    const rows = await this.#rows('/calendar.calendar/search', {
      companyId,
      groupIds: null,
      calendarResourceIds: null,
      keywords: null,
      andOperator: true,
      start: -1,
      end: -1,
      orderByComparator: null,
      actionId: 'MANAGE_BOOKINGS',
    });
    return rows.map((row) => ({
      id: text(row['calendarId']),
      name: text(row['nameCurrentValue']),
      zone: text(row['timeZoneId']),
      isDefault: row['defaultCalendar'] === true,
    }));
  }

  /** Stored rows of every status: series unexpanded, invitees' rows and the Recycle Bin included. */
  async listBookings(calendarId: string): Promise<RawBooking[]> {
    const rows = await this.#rows('/calendar.calendarbooking/get-calendar-bookings', {
      calendarId,
      statuses: ALL_STATUSES,
    });
    return rows.map(booking);
  }

  /** What the calendar's grid shows between two instants: one entry for each occurrence that is not in the bin. */
  async occurrences(calendarId: string, start: number, end: number): Promise<RawBooking[]> {
    const { companyId } = await this.me();
    const rows = await this.#rows('/calendar.calendarbooking/search', {
      companyId,
      groupIds: null,
      calendarIds: [calendarId],
      calendarResourceIds: null,
      parentCalendarBookingId: -1,
      keywords: '',
      startTime: start,
      endTime: end,
      displayTimeZone: null,
      recurring: true,
      statuses: [0, 1, 9],
      start: -1,
      end: -1,
      orderByComparator: null,
    });
    return rows.map(booking).toSorted((a, b) => a.start - b.start);
  }

  /** Null when there is no such row. */
  async fetch(bookingId: string): Promise<RawBooking | null> {
    const row = await this.#row('/calendar.calendarbooking/fetch-calendar-booking', {
      calendarBookingId: bookingId,
    });
    return 'calendarBookingId' in row ? booking(row) : null;
  }

  /** `inviteCalendarIds`: calendars of invitees; `uid`: the iCalendar UID to keep. */
  async add(
    calendarId: string,
    draft: RawBookingDraft,
    options: {
      readonly inviteCalendarIds?: readonly string[];
      readonly uid?: string;
      readonly mail?: boolean;
    } = {},
  ): Promise<RawBooking> {
    const { languageId } = await this.me();
    const row = await this.#row('/calendar.calendarbooking/add-calendar-booking', {
      calendarId,
      childCalendarIds: options.inviteCalendarIds ?? [],
      parentCalendarBookingId: 0,
      recurringCalendarBookingId: 0,
      ...fields(draft, languageId),
      ...(options.uid === undefined ? {} : { vEventUid: options.uid }),
      ...(options.mail === false ? { sendNotification: false } : {}),
    });
    return booking(row);
  }

  /** Changes the whole row; what the change does not name is sent back as it was read. Invitees stay. */
  async update(bookingId: string, change: Partial<RawBookingDraft>): Promise<RawBooking> {
    const { languageId } = await this.me();
    const now = await this.fetch(bookingId);
    if (!now) throw new Error(`There is no booking ${bookingId}.`);
    const row = await this.#row('/calendar.calendarbooking/update-calendar-booking', {
      calendarBookingId: bookingId,
      calendarId: now.calendarId,
      ...fields({ ...now, ...change }, languageId),
    });
    return booking(row);
  }

  async delete(bookingId: string): Promise<void> {
    await this.call('/calendar.calendarbooking/delete-calendar-booking', { calendarBookingId: bookingId });
  }

  async moveToTrash(bookingId: string): Promise<void> {
    await this.call('/calendar.calendarbooking/move-calendar-booking-to-trash', {
      calendarBookingId: bookingId,
    });
  }

  async restore(bookingId: string): Promise<void> {
    await this.call('/calendar.calendarbooking/restore-calendar-booking-from-trash', {
      calendarBookingId: bookingId,
    });
  }

  /** 0 accept, 9 maybe, 4 decline. */
  async respond(bookingId: string, status: 0 | 4 | 9): Promise<void> {
    const now = await this.fetch(bookingId);
    await this.call('/calendar.calendarbooking/invoke-transition', {
      calendarBookingId: bookingId,
      startTime: now?.start ?? 0,
      status,
      updateInstance: false,
      allFollowing: false,
    });
  }

  async deleteOccurrence(bookingId: string, start: number): Promise<void> {
    await this.call('/calendar.calendarbooking/delete-calendar-booking-instance', {
      calendarBookingId: bookingId,
      startTime: start,
      allFollowing: false,
    });
  }
}

function fields(draft: RawBookingDraft, languageId: string): Readonly<Record<string, unknown>> {
  return {
    titleMap: { [languageId]: draft.title },
    descriptionMap: { [languageId]: draft.description ?? '' },
    location: draft.location ?? '',
    startTime: draft.start,
    endTime: draft.end,
    allDay: draft.allDay ?? false,
    recurrence: draft.recurrence ?? '',
    ...NO_REMINDERS,
  };
}
