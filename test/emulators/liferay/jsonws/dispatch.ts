/**
 * Finds the method that a call means and runs it. Overloads are told apart by the names of their parameters: all
 * must be there (null counts), what is too much is ignored, most matches win (`JSONWebServiceActionsManagerImpl`).
 */
import type { PermissionChecker } from '../permissions.ts';
import { accessDenied, authenticationRequired, noSuchAction } from '../portal-exception.ts';
import type { Portal } from '../portal-model.ts';
import { BOOKING_SERVICE } from './booking-service.ts';
import { CALENDAR_SERVICE, RESOURCE_SERVICE } from './calendar-services.ts';
import { CLASS_NAME_SERVICE, GROUP_SERVICE, PORTAL_SERVICE, USER_SERVICE } from './core-services.ts';
import type { ServiceResult } from './model-json.ts';
import type { Arguments, Service, ServiceMethod } from './signatures.ts';
import { serviceCall } from './signatures.ts';

const SERVICES = [
  BOOKING_SERVICE,
  CALENDAR_SERVICE,
  RESOURCE_SERVICE,
  PORTAL_SERVICE,
  USER_SERVICE,
  GROUP_SERVICE,
  CLASS_NAME_SERVICE,
];

/** The caller of a request: rights on calendars, and the remote methods that policies let through. */
export interface Caller {
  readonly checker: PermissionChecker;
  readonly mayCall: (className: string, methodName: string) => boolean;
}

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

export class Dispatcher {
  readonly #portal: Portal;
  /** `/calendar.calendarbooking/search` → overloads. */
  readonly #methods = new Map<string, { service: Service; overloads: ServiceMethod[] }>();

  constructor(portal: Portal) {
    this.#portal = portal;
    const { contextName, generation } = portal.switches;
    for (const service of SERVICES)
      for (const method of service.methods) {
        if (method.generations && !method.generations.includes(generation)) continue;
        const context = service.inCalendarContext ? `${contextName}.` : '';
        const path = `/${context}${service.path}/${kebab(method.name)}`;
        const known = this.#methods.get(path) ?? { service, overloads: [] };
        known.overloads.push(method);
        this.#methods.set(path, known);
      }
  }

  /** Throws a PortalException; what the call changed is then undone, as each call is one transaction. */
  run(path: string, args: Arguments, caller: Caller, shared: Arguments): ServiceResult {
    const { service, method } = this.#find(path, args);
    if (!caller.mayCall(service.className, method.name)) {
      const isSixTwo = this.#portal.switches.generation === '6.2';
      throw isSixTwo ? authenticationRequired() : accessDenied(`${service.className}#${method.name}`);
    }
    const { model } = this.#portal;
    return model.transaction(() => method.run(serviceCall(this.#portal, caller.checker, args, shared)));
  }

  #find(path: string, args: Arguments): { service: Service; method: ServiceMethod } {
    const [, action = path, hint] = /^(.*?)(?:\.(\d+))?$/.exec(path.toLowerCase()) ?? [];
    const known = this.#methods.get(action);
    let best: ServiceMethod | null = null;
    for (const method of known?.overloads ?? []) {
      const { parameters } = method;
      const isComplete = parameters.every((name) => args.has(name.toLowerCase()));
      if (!isComplete || (hint !== undefined && parameters.length !== Number(hint))) continue;
      if (!best || parameters.length > best.parameters.length) best = method;
    }
    if (!known || !best) {
      const [, service = '', name = ''] = path.split('/');
      throw noSuchAction(`/${service}/${name}`, name);
    }
    return { service: known.service, method: best };
  }
}
