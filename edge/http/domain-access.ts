/** Lets a domain's administrators through to it, and the portal's. For everybody else there is no such domain. */
import type { MiddlewareHandler } from 'hono';
import { administeredDomain, type DomainRecord } from '#store/domains.repository.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv, Session } from './session.ts';
import type { AppDependencies } from './settings.ts';

export interface DomainEnv extends ApiEnv {
  Variables: ApiEnv['Variables'] & { domain: DomainRecord };
}

/** For routes below `:domainId`. */
export function ofAdministeredDomain({ db, settings }: AppDependencies): MiddlewareHandler<DomainEnv> {
  return async (c, next) => {
    const { user } = c.get('session');
    const domain = await administeredDomain(db, settings.portalUrl, user, c.req.param('domainId') ?? '');
    if (domain === null) throw new ApiProblem('domainUnknown');
    c.set('domain', domain);
    await next();
  };
}

/** @throws ApiProblem portalAdministratorOnly */
export function requirePortalAdministrator({ user }: Session): void {
  if (!user.isPortalAdministrator) throw new ApiProblem('portalAdministratorOnly');
}
