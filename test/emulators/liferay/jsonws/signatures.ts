/**
 * Java signatures of remote services and the conversion of what arrives over HTTP to their parameter types
 * (`JSONWebServiceActionImpl`). A service is a list of signatures with what they do.
 */

import type { ServiceContext } from '../booking/service-context.ts';
import type { Translations } from '../localised-text.ts';
import { DEFAULT_LANGUAGE_ID } from '../localised-text.ts';
import type { PermissionChecker } from '../permissions.ts';
import { PortalException } from '../portal-exception.ts';
import type { Portal } from '../portal-model.ts';
import type { PortalGeneration } from '../switches.ts';
import type { ServiceResult } from './model-json.ts';

/** What arrived: JSON values, or texts from a form or a query. Names in lower case, as matching ignores case. */
export type Arguments = ReadonlyMap<string, unknown>;

/** One call of a method that was found; accessors throw as Java's converters do. */
export interface ServiceCall {
  readonly portal: Portal;
  readonly caller: PermissionChecker;
  readonly serviceContext: ServiceContext;
  long(name: string): number;
  bool(name: string): boolean;
  text(name: string): string;
  /** Null where the array is null. */
  longs(name: string): number[] | null;
  /** `Map<Locale, String>`; null where the map is null. */
  translations(name: string): Translations | null;
}

export interface ServiceMethod {
  readonly name: string;
  /** Parameter names in order, without `serviceContext`. */
  readonly parameters: readonly string[];
  readonly run: (call: ServiceCall) => ServiceResult;
  /** The portals that have this overload; all, where it is not said. */
  readonly generations?: readonly PortalGeneration[];
}

export interface Service {
  /** `calendarbooking`, `user`: the path's last part. */
  readonly path: string;
  readonly inCalendarContext: boolean;
  /** Java name, for service access policies. */
  readonly className: string;
  readonly methods: readonly ServiceMethod[];
}

/** `method('getCalendarBookings(long calendarId, int[] statuses)', call => …)`: as it stands in the Java source. */
export function method(
  signature: string,
  run: ServiceMethod['run'],
  generations?: readonly PortalGeneration[],
): ServiceMethod {
  const [, name = '', list = ''] = /^(\w+)\((.*)\)$/s.exec(signature) ?? [];
  const parameters = list
    .split(',')
    .map((parameter) => parameter.trim().split(/\s+/).at(-1) ?? '')
    .filter((parameter) => parameter !== '' && parameter !== 'serviceContext');
  return generations ? { name, parameters, run, generations } : { name, parameters, run };
}

function conversionError(name: string, value: unknown): PortalException {
  return new PortalException(
    'jodd.typeconverter.TypeConversionException',
    `Conversion failed: ${name}=${value}`,
  );
}

export function toLong(name: string, value: unknown): number {
  if (value === null || value === undefined || value === '') return 0;
  const number = typeof value === 'string' ? Number(value.trim()) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw conversionError(name, value);
}

function toBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null || value === undefined || value === '') return false;
  const text = String(value).toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(text)) return true;
  if (['false', '0', 'no', 'off'].includes(text)) return false;
  throw conversionError(name, value);
}

/** A JSON array, `[1,2]`, `1,2`, or a single number; an empty text is an empty array. */
function toLongs(name: string, value: unknown): number[] | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item) => toLong(name, item));
  const text = String(value)
    .trim()
    .replace(/^\[|\]$/g, '');
  return text === '' ? [] : text.split(',').map((item) => toLong(name, item.trim().replaceAll('"', '')));
}

function parsedObject(value: unknown): Record<string, unknown> | null {
  if (typeof value === 'string') {
    try {
      return parsedObject(JSON.parse(value));
    } catch {
      return null;
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

/** Keys go through `LocaleUtil.fromLanguageId`; an empty key is the default language. */
function toTranslations(name: string, value: unknown): Translations | null {
  if (value === null || value === undefined) return null;
  const object = value === '' ? {} : parsedObject(value);
  if (!object) throw conversionError(name, value);
  const translations: Record<string, string> = {};
  for (const [language, text] of Object.entries(object))
    translations[language === '' ? DEFAULT_LANGUAGE_ID : language] = text === null ? '' : String(text);
  return translations;
}

function attribute(args: Arguments, name: string): unknown {
  const context = parsedObject(args.get('servicecontext'));
  const attributes = parsedObject(context?.['attributes']);
  return (
    attributes?.[name] ??
    args.get(`servicecontext.attributes.${name.toLowerCase()}`) ??
    args.get(name.toLowerCase()) ??
    null
  );
}

/** `ServiceContextFactory`: every request parameter is an attribute; a passed object is merged over them. */
export function serviceContextOf(args: Arguments, userId: number): ServiceContext {
  const context = parsedObject(args.get('servicecontext'));
  const action = context?.['workflowAction'] ?? attribute(args, 'workflowAction') ?? 1;
  const uid = attribute(args, 'vEventUid');
  const uuid = context?.['uuid'] ?? null;
  const send = attribute(args, 'sendNotification');
  return {
    userId,
    workflowAction: toLong('workflowAction', action),
    vEventUid: uid === null ? null : String(uid),
    uuid: uuid === null ? null : String(uuid),
    sendNotification: send === null || toBoolean('sendNotification', send),
  };
}

/** `shared`: parameters of the HTTP request around a batch; they reach the ServiceContext only. */
export function serviceCall(
  portal: Portal,
  caller: PermissionChecker,
  args: Arguments,
  shared: Arguments,
): ServiceCall {
  const at = (name: string): unknown => args.get(name.toLowerCase());
  return {
    portal,
    caller,
    serviceContext: serviceContextOf(new Map([...shared, ...args]), caller.user.userId),
    long: (name) => toLong(name, at(name)),
    bool: (name) => toBoolean(name, at(name)),
    text: (name) => String(at(name) ?? ''),
    longs: (name) => toLongs(name, at(name)),
    translations: (name) => toTranslations(name, at(name)),
  };
}
