/**
 * What requests of an older RequestServerVersion may not hold, and what an older server does not know at all. Source:
 * the pages of these elements and operations in Microsoft Learn's EWS reference, which name the version that
 * introduced them; ResponseCode for how they are refused.
 */
import { EwsFault, schemaViolation } from './errors.ts';
import type { ServerVersion } from './switches.ts';
import { versionRank } from './switches.ts';
import type { XmlElement } from './xml.ts';
import { elementsOf } from './xml.ts';

type Since = 'Exchange2010' | 'Exchange2010_SP1' | 'Exchange2013';

const OPERATIONS: Readonly<Record<string, Since>> = {
  GetServerTimeZones: 'Exchange2010',
  GetRooms: 'Exchange2010',
  GetRoomLists: 'Exchange2010',
  GetStreamingEvents: 'Exchange2010_SP1',
};

/** A TimeZoneContext is not among them: requests of 2007 may hold it, and it counts for nothing (Time zones and EWS). */
const ELEMENTS: Readonly<Record<string, Since>> = {
  SmtpAddress: 'Exchange2010',
  StartTimeZone: 'Exchange2010',
  EndTimeZone: 'Exchange2010',
  FirstDayOfWeek: 'Exchange2010',
  SyncScope: 'Exchange2010',
  StreamingSubscriptionRequest: 'Exchange2010_SP1',
  CallerData: 'Exchange2013',
  EnhancedLocation: 'Exchange2013',
  RecurringMasterItemIdRanges: 'Exchange2013',
  ProposedStart: 'Exchange2013',
  ProposedEnd: 'Exchange2013',
};

const FIELDS: Readonly<Record<string, Since>> = {
  'calendar:StartTimeZone': 'Exchange2010',
  'calendar:EndTimeZone': 'Exchange2010',
  'item:UniqueBody': 'Exchange2010',
  'item:TextBody': 'Exchange2013',
  'calendar:EnhancedLocation': 'Exchange2013',
  'calendar:JoinOnlineMeetingUrl': 'Exchange2013',
  'calendar:OnlineMeetingSettings': 'Exchange2013',
  'calendar:IsOrganizer': 'Exchange2013',
  'calendar:StartWallClock': 'Exchange2013',
  'calendar:EndWallClock': 'Exchange2013',
  'calendar:StartTimeZoneId': 'Exchange2013',
  'calendar:EndTimeZoneId': 'Exchange2013',
  'folder:DistinguishedFolderId': 'Exchange2013',
};

/** Microsoft's own client asks for them of no older server (ews-managed-api, ExchangeService.cs). */
const ATTRIBUTES: Readonly<Record<string, Since>> = { SubscribeToAllFolders: 'Exchange2010' };

/** Throws EwsFault for a version that the server does not know, and for what its requests may not hold. */
export function refuseByVersion(envelope: XmlElement, version: string, server: ServerVersion): void {
  const rank = versionRank(version);
  if (rank < 0 || rank > versionRank(server === 'Exchange2013' ? 'Exchange2013_SP1' : server)) {
    throw new EwsFault('ErrorInvalidServerVersion', 'The specified server version is invalid.');
  }
  refuseNewer(envelope, version, server);
}

function refuseNewer(element: XmlElement, version: string, server: ServerVersion): void {
  const { name, attributes } = element;
  const field = attributes['FieldURI'] ?? '';
  refuseOne(FIELDS[field] === undefined ? name : field, OPERATIONS[name] ?? ELEMENTS[name] ?? FIELDS[field]);
  for (const attribute of Object.keys(attributes)) refuseOne(attribute, ATTRIBUTES[attribute]);
  for (const child of elementsOf(element)) refuseNewer(child, version, server);

  function refuseOne(what: string, since: Since | undefined): void {
    if (since === undefined || versionRank(version) >= versionRank(since)) return;
    if (versionRank(server) < versionRank(since)) throw schemaViolation(`${what} is not known.`);
    throw new EwsFault('ErrorIncorrectSchemaVersion', `${what} is not valid in a request of ${version}.`);
  }
}
