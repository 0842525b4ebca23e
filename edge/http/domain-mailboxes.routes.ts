/** What the administrators of a domain do about its mailboxes: look, pause, resume, release, approve; and the record. */
import { Hono } from 'hono';
import { smtpAddress } from '#core/own-address.ts';
import {
  DomainMailboxAction,
  DomainMailboxesNamed,
  DomainMailboxPatch,
  DomainMailboxQuery,
  MailboxDecision,
  type Release,
  ReleasesPatch,
} from '#shared/domain-requests.ts';
import { auditOf } from '#store/audit.repository.ts';
import { mailboxDetail } from '#store/domain-mailbox-detail.repository.ts';
import { DOMAIN_MAILBOX_PAGE, mailboxesOf, parseMailboxMark } from '#store/domain-mailbox-list.repository.ts';
import {
  actOnMailboxes,
  changeMailbox,
  copiesOfMailboxes,
  setIntervals,
  unpairMailboxes,
} from '#store/domain-mailboxes.repository.ts';
import { type DomainRecord, domainOfAddress } from '#store/domains.repository.ts';
import { approvalsOf, decideApproval } from '#store/mailbox-approvals.repository.ts';
import {
  changeReleases,
  type ReleaseRule,
  releasesOf,
  saveRoomList,
} from '#store/site-releases.repository.ts';
import { type DomainEnv, requirePortalAdministrator } from './domain-access.ts';
import { requireInterval, usualInterval } from './domain-record.ts';
import { filterOf, meantBy, orderOf } from './mailbox-query.ts';
import { describeApi, describeDomain, jsonBody, markOf, pageQuery, queryOf, SCHEMAS } from './openapi.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv, Session } from './session.ts';
import type { AppDependencies } from './settings.ts';

/** Below `/api/domains/:domainId`. */
export function domainMailboxRoutes(deps: AppDependencies) {
  const { db, effects, settings } = deps;
  return new Hono<DomainEnv>()
    .get(
      '/mailboxes',
      describeDomain({
        summary: 'Mailboxes of the domain that are paired, with how they do',
        description:
          'By parts, searched, filtered and sorted. `since`, with what `POST` answered as `at`, counts those that wait to be looked at since then.',
        answers: [200, SCHEMAS.DomainMailboxes],
        reasons: ['invalidRequest'],
      }),
      queryOf(DomainMailboxQuery),
      async (c) => {
        const { limit = DOMAIN_MAILBOX_PAGE, since = null, after, ...wanted } = c.req.valid('query');
        const mark = after === undefined ? null : parseMailboxMark(after);
        if (after !== undefined && mark === null) {
          throw new ApiProblem('invalidRequest', 'after: Not what "next" of another part said.');
        }
        const query = { ...filterOf(wanted), ...orderOf(wanted), limit, after: mark, sinceMs: since };
        const found = await mailboxesOf(db, c.get('domain').row.id, query);
        return c.json({ ...found, now: effects.clock.now() });
      },
    )
    .get(
      '/mailboxes/:mailboxId',
      describeDomain({
        summary: 'How one mailbox does: its pairings, why events are set aside, its last runs',
        answers: [200, SCHEMAS.DomainMailboxDetail],
        reasons: ['mailboxUnknown'],
      }),
      async (c) => {
        const push = { nowMs: effects.clock.now(), address: settings.publicUrl };
        const detail = await mailboxDetail(db, c.get('domain').row.id, c.req.param('mailboxId'), push);
        if (detail === null) throw noSuchMailbox();
        return c.json(detail);
      },
    )
    .post(
      '/mailboxes',
      describeDomain({
        summary: 'Pause, resume, synchronise or unpair many mailboxes, or set their interval',
        answers: [202, SCHEMAS.DomainMailboxesActed],
        reasons: ['invalidRequest', 'bodyTooLarge', 'copiesChanged'],
      }),
      jsonBody(DomainMailboxAction),
      async (c) => {
        const wanted = c.req.valid('json');
        const { row } = c.get('domain');
        const act = c.get('session').act();
        const which = meantBy(wanted.which);
        const answer = (mailboxes: number) => c.json({ mailboxes, at: act.atMs }, 202);
        switch (wanted.action) {
          case 'interval': {
            requireInterval(settings, wanted.intervalSeconds);
            const interval = { intervalSeconds: wanted.intervalSeconds, usual: usualInterval(settings, row) };
            return answer(await setIntervals(db, row.id, { which, ...interval }, act));
          }
          case 'unpair': {
            const count = await unpairMailboxes(db, row.id, { ...wanted, which }, act);
            if (count === null) throw new ApiProblem('copiesChanged');
            return answer(count);
          }
          default:
            return answer(await actOnMailboxes(db, row.id, wanted.action, which, act));
        }
      },
    )
    .post(
      '/mailboxes/copies',
      describeDomain({
        summary: 'How many copies the end of the pairings of these mailboxes could remove, on each side',
        answers: [200, SCHEMAS.Copies],
        reasons: ['invalidRequest', 'bodyTooLarge'],
      }),
      jsonBody(DomainMailboxesNamed),
      async (c) => {
        const { row } = c.get('domain');
        return c.json(await copiesOfMailboxes(db, row.id, meantBy(c.req.valid('json').which)));
      },
    )
    .patch(
      '/mailboxes/:mailboxId',
      describeDomain({
        summary: 'Set the interval of one mailbox, or how the server is told for whom the service acts',
        answers: [204, null],
        reasons: ['invalidRequest', 'bodyTooLarge', 'mailboxUnknown'],
      }),
      jsonBody(DomainMailboxPatch),
      async (c) => {
        const patch = c.req.valid('json');
        requireInterval(settings, patch.intervalSeconds);
        const { row } = c.get('domain');
        const usual = usualInterval(settings, row);
        const id = c.req.param('mailboxId');
        const act = c.get('session').act();
        if (!(await changeMailbox(db, row.id, id, { ...patch, usual }, act))) {
          throw noSuchMailbox();
        }
        return c.body(null, 204);
      },
    )
    .get(
      '/releases',
      describeDomain({
        summary: 'Mailboxes, of rooms and the like, that are released for sites',
        answers: [200, SCHEMAS.Releases],
      }),
      async (c) => c.json({ releases: [...(await releasesOf(db, c.get('domain').row.id))] }),
    )
    .patch(
      '/releases',
      describeDomain({
        summary: 'Release mailboxes for sites, and take them back; a room list is read from the server',
        answers: [200, SCHEMAS.Releases],
        reasons: ['invalidRequest', 'bodyTooLarge', 'mailboxUnknown'],
        asksExchange: true,
      }),
      jsonBody(ReleasesPatch),
      async (c) => {
        const domain = c.get('domain');
        const wanted = c.req.valid('json');
        for (const each of wanted.add) await requireOfDomain(deps, domain, each);
        await readRoomLists(deps, c.get('session'), domain, listsIn(wanted.add));
        await changeReleases(db, domain.row.id, wanted, c.get('session').act());
        return c.json({ releases: [...(await releasesOf(db, domain.row.id))] });
      },
    )
    .get(
      '/room-lists',
      describeDomain({
        summary: 'Room lists that the server has',
        answers: [200, SCHEMAS.RoomLists],
        reasons: ['mailboxUnknown'],
        asksExchange: true,
      }),
      async (c) => {
        const rooms = await c.get('session').rooms(c.get('domain').row);
        return c.json({ roomLists: [...(await rooms.lists())] });
      },
    )
    .post(
      '/room-lists',
      describeDomain({
        summary: 'Read the rooms of the released room lists anew',
        answers: [200, SCHEMAS.RoomListsRead],
        reasons: ['mailboxUnknown'],
        asksExchange: true,
      }),
      async (c) => {
        const domain = c.get('domain');
        const lists = listsIn(await releasesOf(db, domain.row.id));
        return c.json({ roomLists: await readRoomLists(deps, c.get('session'), domain, lists) });
      },
    )
    .get(
      '/requests',
      describeDomain({
        summary: 'Mailboxes that users ask for, where the domain approves each',
        answers: [200, SCHEMAS.MailboxRequests],
      }),
      async (c) => {
        const requests = await approvalsOf(db, c.get('domain').row.id);
        return c.json({ requests: requests.map(({ domainId: _, ...each }) => each) });
      },
    )
    .post(
      '/requests',
      describeDomain({
        summary: 'Approve or refuse that a mailbox is a user’s own',
        answers: [204, null],
        reasons: ['invalidRequest', 'bodyTooLarge', 'mailboxUnknown'],
      }),
      jsonBody(MailboxDecision),
      async (c) => {
        const { userId, address, decision } = c.req.valid('json');
        const claim = { domainId: c.get('domain').row.id, userId, address: address.toLowerCase() };
        if (!(await decideApproval(db, claim, decision, c.get('session').act()))) {
          throw new ApiProblem('mailboxUnknown', 'Nobody asked for this mailbox.');
        }
        return c.body(null, 204);
      },
    )
    .get(
      '/audit',
      describeDomain({
        summary: 'What administrators did to the domain, newest first',
        answers: [200, SCHEMAS.Audit],
        reasons: ['invalidRequest'],
      }),
      pageQuery(),
      async (c) => c.json(await auditOf(db, c.get('domain').row.id, markOf(c.req.valid('query').after))),
    );
}

function noSuchMailbox(): ApiProblem {
  return new ApiProblem('mailboxUnknown', 'The domain has no such mailbox that is paired.');
}

/** Of everything, for the portal's administrators. */
export function auditRoutes({ db }: AppDependencies) {
  return new Hono<ApiEnv>().get(
    '/',
    describeApi({
      summary: 'What people did, newest first',
      tag: 'domains',
      answers: [200, SCHEMAS.Audit],
      reasons: ['invalidRequest', 'portalAdministratorOnly'],
    }),
    async (c, next) => {
      requirePortalAdministrator(c.get('session'));
      await next();
    },
    pageQuery(),
    async (c) => c.json(await auditOf(db, null, markOf(c.req.valid('query').after))),
  );
}

/** Each is a request to the server while somebody waits. */
const ROOM_LIST_LIMIT = 50;

function listsIn(releases: readonly ReleaseRule[]): readonly string[] {
  return [...new Set(releases.filter(({ kind }) => kind === 'roomList').map(({ value }) => value))];
}

async function readRoomLists(
  { db, effects }: AppDependencies,
  session: Session,
  { row }: DomainRecord,
  lists: readonly string[],
): Promise<{ address: string; rooms: number }[]> {
  if (lists.length === 0) return [];
  if (lists.length > ROOM_LIST_LIMIT) {
    throw new ApiProblem('invalidRequest', `add: at most ${ROOM_LIST_LIMIT} room lists.`);
  }
  const directory = await session.rooms(row);
  const read: { address: string; rooms: number }[] = [];
  for (const address of lists) {
    const rooms = await saveRoomList(db, row, address, await directory.rooms(address), effects.clock.now());
    read.push({ address, rooms });
  }
  return read;
}

/** A domain releases what is its own. A pattern says its e-mail domain in full. */
async function requireOfDomain(
  { db, settings }: AppDependencies,
  { row }: DomainRecord,
  { kind, value }: Release,
): Promise<void> {
  const [local = '', mailDomain = ''] = value.split('@');
  const isPattern = local.includes('*');
  if ((kind === 'pattern') !== isPattern || mailDomain.includes('*')) {
    throw new ApiProblem(
      'invalidRequest',
      'add: a pattern has "*" before the sign, and nothing else has one.',
    );
  }
  const address = smtpAddress(value);
  const domain = address === null ? null : await domainOfAddress(db, settings.portalUrl, address);
  if (domain?.id !== row.id) {
    throw new ApiProblem('invalidRequest', 'add: the address is in another domain.');
  }
}
