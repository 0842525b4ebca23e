/** Exchange domains: what there are, and what their administrators and the portal's decide about them. */
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Effects } from '#core/effects.ts';
import type { ExchangeAccess } from '#core/exchange-access.ts';
import { DomainPatch, NewDomain } from '#shared/domain-requests.ts';
import { failureKind, isReason } from '#shared/reasons.ts';
import { credentialOf, serverOf } from '#store/credential.ts';
import {
  changeDomain,
  createDomain,
  type DomainChange,
  isInUse,
  mailDomainsInUse,
  removeDomain,
} from '#store/domain-changes.repository.ts';
import {
  type Administrator,
  administeredDomain,
  type DomainRecord,
  domainsOf,
} from '#store/domains.repository.ts';
import { type DomainEnv, requirePortalAdministrator } from './domain-access.ts';
import {
  accessOf,
  actingOf,
  goesElsewhere,
  onlineProtocolOf,
  openedAccess,
  reachColumns,
  requireFit,
  requireInterval,
  shownDomain,
} from './domain-record.ts';
import { describeApi, describeDomain, jsonBody, queryOf, SCHEMAS } from './openapi.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv, Session } from './session.ts';
import type { AppDependencies } from './settings.ts';

/** What environment variables say of the domain that they describe; see runtime/config.ts. */
const CONFIGURED = [
  'reach',
  'network',
  'signIn',
  'acting',
  'onlineProtocol',
  'addressRule',
  'maxConcurrent',
] as const satisfies (keyof DomainPatch)[];
/** What reaches beyond the domain: whose addresses are its own, who administers it, which networks may be reached. */
const PORTALS = ['mailDomains', 'administrators', 'network'] as const satisfies (keyof DomainPatch)[];

export function domainsRoutes(deps: AppDependencies) {
  const { db, effects, settings } = deps;
  return new Hono<ApiEnv>()
    .get(
      '/',
      describeApi({
        summary: 'Exchange domains that the user administers',
        tag: 'domains',
        answers: [200, SCHEMAS.Domains],
      }),
      async (c) => {
        const records = await domainsOf(db, settings.portalUrl, c.get('session').user);
        const nowMs = effects.clock.now();
        return c.json({
          domains: await Promise.all(records.map((each) => shownDomain(effects.seal, nowMs, each))),
        });
      },
    )
    .post(
      '/',
      describeApi({
        summary: 'Create an Exchange domain',
        tag: 'domains',
        answers: [201, SCHEMAS.Domain],
        reasons: ['invalidRequest', 'bodyTooLarge', 'portalAdministratorOnly', 'mailDomainTaken'],
      }),
      // Before the body is checked: what is wrong with it is nobody else's business.
      async (c, next) => {
        requirePortalAdministrator(c.get('session'));
        await next();
      },
      jsonBody(NewDomain),
      async (c) => {
        const session = c.get('session');
        const id = await create(deps, c.req.valid('json'), session);
        return c.json(await shown(deps, session, id), 201);
      },
    );
}

/** Below `/api/domains/:domainId`. */
export function domainRoutes(deps: AppDependencies) {
  const { db, effects } = deps;
  return new Hono<DomainEnv>()
    .get('/', describeDomain({ summary: 'One Exchange domain', answers: [200, SCHEMAS.Domain] }), async (c) =>
      c.json(await shownDomain(effects.seal, effects.clock.now(), c.get('domain'))),
    )
    .patch(
      '/',
      describeDomain({
        summary: 'Change an Exchange domain, pause or resume it',
        answers: [200, SCHEMAS.Domain],
        reasons: [
          'invalidRequest',
          'bodyTooLarge',
          'portalAdministratorOnly',
          'domainConfigured',
          'mailDomainTaken',
          'signInNeeded',
        ],
      }),
      jsonBody(DomainPatch),
      async (c) => {
        const session = c.get('session');
        const domain = c.get('domain');
        await change(deps, domain, c.req.valid('json'), session);
        return c.json(await shown(deps, session, domain.row.id));
      },
    )
    .delete(
      '/',
      describeDomain({
        summary: 'Delete an Exchange domain without mailboxes; with force=true pause one that has some',
        answers: [200, SCHEMAS.Domain],
        alsoEmpty: 204,
        reasons: ['invalidRequest', 'portalAdministratorOnly', 'domainConfigured', 'domainInUse'],
      }),
      queryOf(v.object({ force: v.exactOptional(v.picklist(['true', 'false'])) })),
      async (c) => {
        const session = c.get('session');
        requirePortalAdministrator(session);
        const domain = c.get('domain');
        const { id, origin } = domain.row;
        if (!(await isInUse(db, id))) {
          if (origin === 'configuration') throw new ApiProblem('domainConfigured');
          if (await removeDomain(db, id, session.act())) return c.body(null, 204);
        }
        if (c.req.valid('query').force !== 'true') throw new ApiProblem('domainInUse');
        await changeDomain(db, domain, { state: 'paused' }, 'state', session.act());
        return c.json(await shown(deps, session, id));
      },
    );
}

async function shown({ db, effects, settings }: AppDependencies, session: Session, id: string) {
  const record = await administeredDomain(db, settings.portalUrl, session.user, id);
  if (record === null) throw new ApiProblem('domainUnknown');
  return shownDomain(effects.seal, effects.clock.now(), record);
}

async function create(
  { db, effects, settings }: AppDependencies,
  wanted: NewDomain,
  session: Session,
): Promise<string> {
  const { name, reach, network, signIn, acting, addressRule, intervalSeconds, maxConcurrent } = wanted;
  requireInterval(settings, intervalSeconds);
  requireFit(settings, { reach, signIn, acting, signInKind: signIn.kind });
  const id = effects.ids.uuid();
  const columns = {
    name,
    ...reachColumns(reach),
    reach: network,
    addressRule,
    intervalSeconds,
    maxConcurrent,
    ...(await accessColumns(
      effects,
      id,
      reachColumns(reach).endpoint,
      accessOf(signIn, acting, wanted.onlineProtocol),
    )),
  };
  const mailDomains = [...new Set(wanted.mailDomains)];
  const administrators = unique(wanted.administrators);
  const domain = { id, portal: settings.portalUrl, columns, mailDomains, administrators };
  if ((await createDomain(db, domain, session.act())) === 'mailDomainTaken') {
    throw new ApiProblem('mailDomainTaken');
  }
  return id;
}

/** The sign-in, sealed, and by what domains know that they share a server or an account. */
async function accessColumns({ seal }: Effects, id: string, endpoint: string, access: ExchangeAccess) {
  return {
    signInSealed: await seal.seal(JSON.stringify(access)),
    server: endpoint === '' ? '' : serverOf(endpoint),
    credential: credentialOf(endpoint === '' ? id : serverOf(endpoint), access.signIn),
  };
}

async function change(
  deps: AppDependencies,
  domain: DomainRecord,
  patch: DomainPatch,
  session: Session,
): Promise<void> {
  const { db } = deps;
  const names = Object.keys(patch);
  if (names.length === 0) return;
  if (PORTALS.some((name) => name in patch)) requirePortalAdministrator(session);
  const { row, mailDomains } = domain;
  if (row.origin === 'configuration' && CONFIGURED.some((name) => name in patch)) {
    throw new ApiProblem('domainConfigured');
  }
  const gone = mailDomains.filter((name) => patch.mailDomains?.includes(name) === false);
  if ((await mailDomainsInUse(db, row.id, gone)).length > 0) throw new ApiProblem('mailDomainTaken');
  const outcome = await changeDomain(
    db,
    domain,
    {
      columns: await columnsOf(deps, domain, patch),
      ...(patch.state === undefined ? {} : { state: patch.state }),
      ...(patch.mailDomains === undefined ? {} : { mailDomains: [...new Set(patch.mailDomains)] }),
      ...(patch.administrators === undefined ? {} : { administrators: unique(patch.administrators) }),
      isElsewhere: patch.reach !== undefined || (patch.signIn !== undefined && waitsForSomebody(domain)),
    },
    names.sort().join(' '),
    session.act(),
  );
  if (outcome === 'mailDomainTaken') throw new ApiProblem('mailDomainTaken');
}

async function columnsOf(
  deps: AppDependencies,
  domain: DomainRecord,
  patch: DomainPatch,
): Promise<NonNullable<DomainChange['columns']>> {
  const { name, addressRule, intervalSeconds, maxConcurrent, network, reach } = patch;
  requireInterval(deps.settings, intervalSeconds);
  return {
    ...(name === undefined ? {} : { name }),
    ...(addressRule === undefined ? {} : { addressRule }),
    ...(intervalSeconds === undefined ? {} : { intervalSeconds }),
    ...(maxConcurrent === undefined ? {} : { maxConcurrent }),
    ...(network === undefined ? {} : { reach: network }),
    ...(reach === undefined ? {} : reachColumns(reach)),
    ...(await changedAccess(deps, domain, patch)),
  };
}

/** What is sealed is one piece: whoever changes a part of it has the rest opened, or gives it anew. */
async function changedAccess(
  { effects, settings }: AppDependencies,
  domain: DomainRecord,
  { reach, signIn, acting, onlineProtocol }: DomainPatch,
) {
  if ([reach, signIn, acting, onlineProtocol].every((each) => each === undefined)) return {};
  const { row } = domain;
  const access = await openedAccess(effects.seal, row.signInSealed);
  const mayKeep = access !== null && (reach === undefined || !goesElsewhere(domain, reach));
  const whole = signIn ?? (mayKeep ? access.signIn : null);
  if (whole === null) throw new ApiProblem('signInNeeded');
  const actingNow = acting ?? actingOf(access) ?? 'address';
  requireFit(settings, { reach, signIn, acting: actingNow, signInKind: whole.kind });
  const endpoint = reach === undefined ? row.endpoint : reachColumns(reach).endpoint;
  return accessColumns(
    effects,
    row.id,
    endpoint,
    accessOf(whole, actingNow, onlineProtocol ?? onlineProtocolOf(access) ?? 'graph'),
  );
}

/** What failed so is tried at once when somebody changes the sign-in. */
function waitsForSomebody({ row: { reason } }: DomainRecord): boolean {
  return reason !== null && isReason(reason) && failureKind(reason) === 'configuration';
}

function unique(administrators: NewDomain['administrators']): readonly Administrator[] {
  const byName = administrators.map((each) => [`${each.kind} ${each.value}`, each] as const);
  return [...new Map(byName).values()];
}
