/** Service access policies: which remote methods an OAuth2 scope or a guest reaches (`oauth2-provider-jsonws`, `SAPEntry`). */

const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  everything: ['*'],
  'everything.read': ['#fetch*', '#get*', '#has*', '#is*', '#search*'],
  'everything.write': ['#add*', '#create*', '#update*', '#delete*'],
  'everything.read.userprofile': ['com.liferay.portal.kernel.service.UserService#getCurrentUser'],
};

const JSONWS_SCOPE = 'liferay-json-web-services.';

/** `CALENDAR_DEFAULT`, open to everybody. */
const GUEST_SIGNATURES = [
  'com.liferay.calendar.service.CalendarBookingService#search',
  'com.liferay.calendar.service.CalendarBookingService#searchCount',
];

/** A part that is missing before `#` fits every class; `*` stands for the rest of a name. */
function fits(pattern: string, className: string, methodName: string): boolean {
  if (pattern === '*') return true;
  const [classPattern = '', methodPattern = '*'] = pattern.split('#');
  const partFits = (part: string, name: string): boolean =>
    part.endsWith('*') ? name.startsWith(part.slice(0, -1)) : part === name;
  return (classPattern === '' || partFits(classPattern, className)) && partFits(methodPattern, methodName);
}

export class ServiceAccessPolicies {
  readonly #policies = new Map<string, readonly string[]>(Object.entries(BUILT_IN));

  /** A policy `OAUTH2_<name>`; its scope is `liferay-json-web-services.<name>`. */
  add(name: string, signatures: readonly string[]): void {
    this.#policies.set(name, signatures);
  }

  allowsScopes(scopes: readonly string[], className: string, methodName: string): boolean {
    return scopes
      .filter((scope) => scope.startsWith(JSONWS_SCOPE))
      .flatMap((scope) => this.#policies.get(scope.slice(JSONWS_SCOPE.length)) ?? [])
      .some((pattern) => fits(pattern, className, methodName));
  }

  allowsGuest(className: string, methodName: string): boolean {
    return GUEST_SIGNATURES.some((pattern) => fits(pattern, className, methodName));
  }
}

/** `ConfigurableScopeMapper`: reading through a JAX-RS application needs its `.everything.read` or `.everything`. */
export function allowsRestRead(scopes: readonly string[], application: string): boolean {
  return scopes.some(
    (scope) => scope === `${application}.everything` || scope === `${application}.everything.read`,
  );
}
