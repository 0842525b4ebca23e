/** Extended (MAPI) properties: their identity, and the two that the server itself keeps for each calendar item. */

import { EwsError } from './errors.ts';
import type { XmlElement } from './xml.ts';
import { escapeXml } from './xml.ts';

export type ExtendedPath = Readonly<Record<string, string>>;

const PROPERTY_SETS: Readonly<Record<string, string>> = {
  Meeting: '6ED8DA90-450B-101B-98DA-00AA003F1305',
  Appointment: '00062002-0000-0000-C000-000000000046',
  Common: '00062008-0000-0000-C000-000000000046',
  PublicStrings: '00020329-0000-0000-C000-000000000046',
  Address: '00062004-0000-0000-C000-000000000046',
  InternetHeaders: '00020386-0000-0000-C000-000000000046',
  CalendarAssistant: '11000E07-B51B-40D6-AF21-CAA85EDAB1D0',
  UnifiedMessaging: '4442858E-A9E3-4E80-B900-317A210CC15B',
  Task: '00062003-0000-0000-C000-000000000046',
  Sharing: '00062040-0000-0000-C000-000000000046',
};

/**
 * What two paths to the same property have in common. The set is a name or a GUID in either case. Throws
 * ErrorInvalidExtendedProperty for a path that names no property (MS-OXWSXPROP).
 */
export function extendedKey(path: ExtendedPath): string {
  const { PropertyTag, PropertyName, PropertyId, PropertyType } = path;
  const set = path['PropertySetId'] ?? PROPERTY_SETS[path['DistinguishedPropertySetId'] ?? ''];
  if (PropertyTag !== undefined) {
    const tag = Number(PropertyTag);
    if (set !== undefined || PropertyName !== undefined || PropertyId !== undefined) {
      throw new EwsError(
        'ErrorInvalidExtendedProperty',
        'The extended property attribute combination is invalid.',
      );
    }
    if (tag >= 0x8000) {
      throw new EwsError(
        'ErrorNoPropertyTagForCustomProperties',
        'Custom properties cannot be accessed by tag.',
      );
    }
    return `tag:${tag}:${PropertyType}`;
  }
  if (set === undefined || (PropertyName === undefined) === (PropertyId === undefined)) {
    throw new EwsError(
      'ErrorInvalidExtendedProperty',
      'The extended property attribute combination is invalid.',
    );
  }
  const name = PropertyName === undefined ? `id:${Number(PropertyId)}` : `name:${PropertyName}`;
  return `${set.toUpperCase()}:${name}:${PropertyType}`;
}

export function pathOf(element: XmlElement): ExtendedPath {
  return element.attributes;
}

const ATTRIBUTES = [
  'DistinguishedPropertySetId',
  'PropertySetId',
  'PropertyTag',
  'PropertyName',
  'PropertyId',
  'PropertyType',
];

export function extendedPropertyXml(path: ExtendedPath, values: readonly string[], isList: boolean): string {
  const attributes = ATTRIBUTES.filter((name) => path[name] !== undefined)
    .map((name) => ` ${name}="${escapeXml(path[name] ?? '')}"`)
    .join('');
  const inner = values.map((value) => `<t:Value>${escapeXml(value)}</t:Value>`).join('');
  const content = isList ? `<t:Values>${inner}</t:Values>` : inner;
  return `<t:ExtendedProperty><t:ExtendedFieldURI${attributes}/>${content}</t:ExtendedProperty>`;
}

/** PidLidGlobalObjectId and PidLidCleanGlobalObjectId (MS-OXOCAL). */
export const GLOBAL_OBJECT_ID = extendedKey({
  DistinguishedPropertySetId: 'Meeting',
  PropertyId: '3',
  PropertyType: 'Binary',
});
export const CLEAN_GLOBAL_OBJECT_ID = extendedKey({
  DistinguishedPropertySetId: 'Meeting',
  PropertyId: '35',
  PropertyType: 'Binary',
});

const OUTLOOK_UID = /^040000008200E00074C5B7101A82E008([0-9A-F]{2})+$/i;

function hexToBase64(hex: string): string {
  return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))));
}

/** A UID that is not Outlook's own is wrapped: the fixed head, then "vCal-Uid" and the text (MS-OXOCAL §2.2.1.27). */
export function globalObjectIdOf(uid: string): string {
  if (OUTLOOK_UID.test(uid)) return hexToBase64(uid);
  const wrapped = [...new TextEncoder().encode(`vCal-Uid\u0001\0\0\0${uid}\0`)];
  const length = wrapped.length;
  const size = [length & 255, (length >> 8) & 255, 0, 0];
  const hex = [...new Array<number>(20).fill(0), ...size, ...wrapped].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return hexToBase64(`040000008200E00074C5B7101A82E008${hex.join('')}`);
}

/** A UID as Outlook makes it, for items that come without one. */
export function outlookUid(uuid: string): string {
  const unique = uuid.replaceAll('-', '').toUpperCase().slice(0, 32).padEnd(32, '0');
  return `040000008200E00074C5B7101A82E008${'0'.repeat(40)}10000000${unique}`;
}
