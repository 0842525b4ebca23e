/** Users, mailbox settings, calendars, and ids in other formats. */

import type { Folder, Mailbox } from '../model.ts';
import { viewOf } from '../series.ts';
import { badRequest, GraphError } from './graph-errors.ts';
import type { IdFormat } from './graph-ids.ts';
import { folderRestId, userIdOf, viewByGraphId, viewId } from './graph-ids.ts';
import type { GraphRequest } from './graph-request.ts';
import { answer, calendarOf, contextOf, mailboxOf, objectOf } from './graph-request.ts';

/** By id, principal name or address. Null: nobody. */
export function findMailbox(mailboxes: ReadonlyMap<string, Mailbox>, user: string): Mailbox | null {
  const wanted = user.toLowerCase();
  const byAddress = mailboxes.get(wanted);
  if (byAddress !== undefined) return byAddress;
  for (const mailbox of mailboxes.values()) if (userIdOf(mailbox.address) === wanted) return mailbox;
  return null;
}

/** What the properties of "Get user" are without $select. */
export function getUser(request: GraphRequest): Response {
  const { address, displayName } = mailboxOf(request);
  const [givenName = '', ...rest] = displayName.split(' ');
  const user: Record<string, unknown> = {
    businessPhones: [],
    displayName,
    givenName,
    jobTitle: null,
    mail: address,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: rest.join(' ') || null,
    userPrincipalName: address,
    id: userIdOf(address),
  };
  const { select } = request.query.shape();
  const shown = Object.entries(user).filter(([name]) => select === null || select.has(name));
  return answer(request, 200, {
    '@odata.context': `${request.root}/$metadata#users/$entity`,
    ...Object.fromEntries(shown),
  });
}

/** "Get user mailbox settings". */
export function getMailboxSettings(request: GraphRequest): Response {
  const { zone, isRoom } = mailboxOf(request);
  return answer(request, 200, {
    '@odata.context': contextOf(request, 'mailboxSettings'),
    timeZone: zone.windows,
    dateFormat: 'yyyy-MM-dd',
    timeFormat: 'HH:mm',
    delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
    language: { locale: 'en-US', displayName: 'English (United States)' },
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00.0000000',
      endTime: '17:00:00.0000000',
      timeZone: { name: zone.windows },
    },
    userPurpose: isRoom ? 'room' : 'user',
  });
}

/** "calendar resource type". */
function calendarJson(folder: Folder) {
  const { mailbox, canWrite, distinguished } = folder;
  const isDefault = distinguished === 'calendar';
  return {
    id: folderRestId(folder.id),
    name: folder.name,
    color: 'auto',
    hexColor: '',
    isDefaultCalendar: isDefault,
    changeKey: 'AQAAAA==',
    canShare: canWrite,
    canViewPrivateItems: true,
    canEdit: canWrite,
    allowedOnlineMeetingProviders: ['teamsForBusiness'],
    defaultOnlineMeetingProvider: 'teamsForBusiness',
    isTallyingResponses: isDefault,
    isRemovable: !isDefault,
    owner: { name: mailbox.displayName, address: mailbox.address },
  };
}

export function listCalendars(request: GraphRequest): Response {
  const mailbox = mailboxOf(request);
  const calendars = [...mailbox.folders.values()].filter(
    ({ folderClass }) => folderClass === 'IPF.Appointment',
  );
  const top = request.query.count('$top', 1, 1000) ?? request.preferences.maxPageSize ?? calendars.length;
  const skip = request.query.count('$skip', 0, 1_000_000) ?? 0;
  const next = new URL(request.url);
  next.searchParams.set('$skip', String(skip + top));
  const isEmpty = request.faults.now('empty') !== null;
  return answer(request, 200, {
    '@odata.context': contextOf(request, 'calendars'),
    value: isEmpty ? [] : calendars.slice(skip, skip + top).map(calendarJson),
    ...(calendars.length > skip + top ? { '@odata.nextLink': String(next) } : {}),
  });
}

export function getCalendar(request: GraphRequest): Response {
  return answer(request, 200, {
    '@odata.context': contextOf(request, 'calendars/$entity'),
    ...calendarJson(calendarOf(request)),
  });
}

const MOST_IDS = 1000;
const FORMATS: readonly IdFormat[] = ['restId', 'restImmutableEntryId', 'ewsId'];

function formatOf(value: unknown): IdFormat {
  const format = FORMATS.find((each) => each.toLowerCase() === String(value).toLowerCase());
  if (format === undefined) throw badRequest(`The id format '${String(value)}' is not supported here.`);
  return format;
}

function translated(request: GraphRequest, id: string, source: IdFormat, target: IdFormat) {
  const { store } = request.services;
  try {
    const view = source === 'ewsId' ? viewOf(store, id) : viewByGraphId(id, store);
    if (view.stored.mailbox !== request.owner) throw new Error('Of another mailbox');
    return { sourceId: id, targetId: viewId(view, target) };
  } catch {
    // The resource type convertIdResult has errorDetails for an id that cannot be translated.
    const errorDetails = {
      code: 'ErrorInvalidIdMalformed',
      message: 'Id is malformed or not of this mailbox.',
    };
    return { sourceId: id, errorDetails };
  }
}

/** "user: translateExchangeIds": at most 1000 ids, all of one mailbox and one format. */
export async function translateExchangeIds(request: GraphRequest): Promise<Response> {
  const { inputIds, sourceIdType, targetIdType } = objectOf(await request.json());
  if (!Array.isArray(inputIds) || inputIds.length > MOST_IDS) {
    throw new GraphError(400, 'ErrorInvalidParameter', 'There are more than 1000 ids, or none.');
  }
  const [source, target] = [formatOf(sourceIdType), formatOf(targetIdType)];
  const value = inputIds.map((id) => translated(request, String(id), source, target));
  return answer(request, 200, {
    '@odata.context': `${request.root}/$metadata#Collection(microsoft.graph.convertIdResult)`,
    value,
  });
}
