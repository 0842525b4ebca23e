/** Time zone elements: reading StartTimeZone, MeetingTimeZone and TimeZoneContext, writing definitions. */
import { EwsError } from './errors.ts';
import { WEEKDAYS } from './recurrence.ts';
import type { XmlElement } from './xml.ts';
import { childOf, elementsOf, escapeXml } from './xml.ts';
import type { ItemZone } from './zones.ts';
import { DAY_MS, offsetAt, serverZones, wallOf, zoneNamed } from './zones.ts';

// The year whose rules a definition shows.
const SAMPLE_YEAR = 2026;

/** Minutes of an xs:duration such as `-PT60M`, `PT1H` or `P0DT8H`; null when it is none. */
function durationMinutes(text: string | undefined): number | null {
  const parts = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:[\d.]+S)?)?$/.exec(text ?? '');
  if (parts === null) return null;
  const minutes = Number(parts[2] ?? 0) * 1440 + Number(parts[3] ?? 0) * 60 + Number(parts[4] ?? 0);
  return parts[1] === '-' ? -minutes : minutes;
}

function duration(minutes: number): string {
  return `${minutes < 0 ? '-' : ''}PT${Math.abs(minutes)}M`;
}

/** A zone whose smallest and greatest offset in a year are these; biases count westwards as Windows has them. */
function zoneByBiases(biases: readonly number[]): ItemZone | null {
  const offsets = biases.map((bias) => -bias * 60_000);
  const [low, high] = [Math.min(...offsets), Math.max(...offsets)];
  const found = serverZones().find(({ iana }) => {
    const year = [0, 6].map((month) => offsetAt(iana, Date.UTC(SAMPLE_YEAR, month, 15)));
    return Math.min(...year) === low && Math.max(...year) === high;
  });
  return found ?? null;
}

const unknownZone = (): EwsError => new EwsError('ErrorTimeZone', 'The time zone is unknown to the server.');

/** StartTimeZone, EndTimeZone or the TimeZoneDefinition of TimeZoneContext: a known Windows id, or a definition. */
export function readZoneDefinition(element: XmlElement): ItemZone {
  const named = zoneNamed(element.attributes['Id'] ?? '');
  if (named !== null && element.attributes['Id'] === named.windows) return named;
  const biases = elementsOf(childOf(element, 'Periods')).map((period) =>
    durationMinutes(period.attributes['Bias']),
  );
  const valid = biases.filter((bias) => bias !== null);
  const zone = valid.length === 0 ? null : zoneByBiases(valid);
  if (zone === null) throw unknownZone();
  return zone;
}

/** MeetingTimeZone, which Exchange 2007 takes as input: by name, else by its offsets. */
export function readMeetingTimeZone(element: XmlElement): ItemZone {
  const named = zoneNamed(element.attributes['TimeZoneName'] ?? '');
  if (named !== null) return named;
  const baseText = childOf(element, 'BaseOffset')?.children.join('');
  const base = durationMinutes(baseText);
  if (base === null) throw unknownZone();
  const changes = ['Standard', 'Daylight'].map((name) => childOf(element, name));
  const biases = changes.map(
    (change) => base + (durationMinutes(childOf(change, 'Offset')?.children.join('')) ?? 0),
  );
  const zone = zoneByBiases(biases);
  if (zone === null) throw unknownZone();
  return zone;
}

interface Change {
  readonly wallBefore: number;
  readonly offset: number;
}

function changesOfYear(iana: string): readonly Change[] {
  const changes: Change[] = [];
  const from = Date.UTC(SAMPLE_YEAR, 0, 1);
  for (let hour = 0; hour < 365 * 24; hour++) {
    const at = from + hour * 3_600_000;
    const offset = offsetAt(iana, at);
    if (offset !== offsetAt(iana, at - 3_600_000))
      changes.push({ wallBefore: wallOf(iana, at - 1) + 1, offset });
  }
  return changes;
}

function recurringDay(change: Change, period: string): string {
  const at = new Date(change.wallBefore);
  const length = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  const isLast = at.getUTCDate() + 7 > length;
  const time = Math.round((change.wallBefore % DAY_MS) / 60_000);
  return `<t:RecurringDayTransition><t:To Kind="Period">${period}</t:To><t:TimeOffset>${duration(time)}</t:TimeOffset><t:Month>${at.getUTCMonth() + 1}</t:Month><t:DayOfWeek>${WEEKDAYS[at.getUTCDay()]}</t:DayOfWeek><t:Occurrence>${isLast ? -1 : Math.ceil(at.getUTCDate() / 7)}</t:Occurrence></t:RecurringDayTransition>`;
}

/** The rules of a zone as TimeZoneDefinitionType content: periods and the transitions of one year. */
function definitionContent(zone: ItemZone): string {
  const changes = changesOfYear(zone.iana);
  const offsets =
    changes.length === 2
      ? changes.map(({ offset }) => offset)
      : [offsetAt(zone.iana, Date.UTC(SAMPLE_YEAR, 0, 15))];
  const standard = Math.min(...offsets);
  const name = (offset: number): string => (offset === standard ? 'Standard' : 'Daylight');
  const periods = [...new Set(offsets)]
    .map(
      (offset) =>
        `<t:Period Bias="${duration(-offset / 60_000)}" Name="${name(offset)}" Id="${name(offset)}"/>`,
    )
    .join('');
  const transitions =
    changes.length === 2
      ? changes.map((change) => recurringDay(change, name(change.offset))).join('')
      : '<t:Transition><t:To Kind="Period">Standard</t:To></t:Transition>';
  return `<t:Periods>${periods}</t:Periods><t:TransitionsGroups><t:TransitionsGroup Id="0">${transitions}</t:TransitionsGroup></t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind="Group">0</t:To></t:Transition></t:Transitions>`;
}

const contents = new Map<string, string>();

/**
 * A TimeZoneDefinitionType element. The rules are left out unless asked for; a zone of the id
 * `tzone://Microsoft/Custom` cannot do without them (ews-managed-api issue 148).
 */
export function zoneDefinitionXml(element: string, zone: ItemZone, full: boolean): string {
  const attributes = `Id="${escapeXml(zone.windows)}" Name="${escapeXml(`(UTC) ${zone.windows}`)}"`;
  if (!full && !zone.windows.startsWith('tzone://')) return `<t:${element} ${attributes}/>`;
  const content = contents.get(zone.iana) ?? definitionContent(zone);
  contents.set(zone.iana, content);
  return `<t:${element} ${attributes}>${content}</t:${element}>`;
}
