/**
 * What every operation on a portal shares: the client, the names of the services in this portal's context, and who
 * we are. A portal may treat a request with bad credentials silently as a guest's and answer 200 with less, so
 * `/user/get-current-user` goes along with whatever an absence could be concluded from.
 */
import * as v from 'valibot';
import type { Log } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { SignIn } from '../oauth.ts';
import type { PortalDialect } from '../portal-calendar.port.ts';
import { LONG, must } from './booking-row.ts';
import type { Command, JsonwsClient, Results } from './jsonws-client.ts';
import type { Asked } from './jsonws-errors.ts';
import { whyIdentityIsRefused } from './refused-identity.ts';

/** The services of the calendar portlet, as their paths spell them. */
export type Service = 'calendar' | 'calendarbooking' | 'calendarresource';

/** A failure is that of the service, not of one item. */
export const READ_SERVICE: Asked = { intent: 'read', subject: 'service' };
export const READ_ITEM: Asked = { intent: 'read', subject: 'item' };
export const WRITE_ITEM: Asked = { intent: 'write', subject: 'item' };

/** Liferay: UserModelImpl. `type` 0 is the guest (UserConstants.TYPE_GUEST); before 7.4 it was `defaultUser`. */
const CURRENT_USER = v.object({
  userId: LONG,
  companyId: LONG,
  screenName: v.nullish(v.string(), ''),
  firstName: v.nullish(v.string(), ''),
  lastName: v.nullish(v.string(), ''),
  emailAddress: v.nullish(v.string(), ''),
  emailAddressVerified: v.nullish(v.boolean(), null),
  languageId: v.nullish(v.string(), ''),
  type: v.nullish(v.union([v.number(), v.string()])),
  defaultUser: v.nullish(v.boolean()),
});
/** Who the portal says that we are. */
export type CurrentUser = v.InferOutput<typeof CURRENT_USER>;

/** What operations send their commands through. */
export interface Session {
  readonly client: JsonwsClient;
  readonly dialect: PortalDialect;
  readonly log: Log;
  /** Takes what an answer showed of the portal otherwise than the dialect has it; sessions from then on have it. */
  learn(part: Partial<PortalDialect>): Promise<void>;
  command(
    service: Service,
    method: string,
    parameters: Readonly<Record<string, unknown>>,
    only?: readonly string[],
  ): Command;
  /**
   * Sends the commands behind a get-current-user. Rejects with `guestIdentity`, or `portalBasicOff`, when that is not us;
   * where the service is asked a refusal is looked into, see refused-identity.
   */
  invokeAsUs(
    commands: readonly Command[],
    asked: Asked,
  ): Promise<{ readonly user: CurrentUser; readonly values: readonly unknown[] }>;
  /** Who we are; asked once. */
  user(): Promise<CurrentUser>;
}

const CURRENT_USER_COMMAND: Command = { path: '/user/get-current-user', parameters: {} };

/** No request is made. */
export function openSession(
  client: JsonwsClient,
  signIn: SignIn,
  dialect: PortalDialect,
  { log, learn }: Pick<Session, 'log' | 'learn'>,
): Session {
  let known: CurrentUser | null = null;

  const confirmed = (value: unknown, results: Results): CurrentUser => {
    const user = must(CURRENT_USER, value, 'the current user');
    if (isGuest(user)) {
      throw new RemoteFailure(failure(signIn.guestReason, 'The portal treats us as a guest.'));
    }
    const isUs =
      signIn.couldBe(user, results.authorization) && (known?.userId ?? user.userId) === user.userId;
    if (!isUs) {
      throw new RemoteFailure(failure('guestIdentity', `The portal takes us for user ${user.userId}.`));
    }
    known = user;
    return user;
  };

  const invokeAsUs: Session['invokeAsUs'] = async (commands, asked) => {
    try {
      const results = await client.invoke([CURRENT_USER_COMMAND, ...commands], asked);
      const [first, ...values] = results.values;
      return { user: confirmed(first, results), values };
    } catch (error) {
      if (!(error instanceof RemoteFailure) || error.failure.reason !== 'accessDenied') throw error;
      if (commands.length === 0) throw await whyIdentityIsRefused(client, signIn, dialect, error);
      if (asked.subject === 'item') throw error;
      // Who we are may be refused already; else it is the services, which leave out what we may not see and refuse nothing.
      await invokeAsUs([], asked);
      const detail = `${error.failure.detail} The services are refused as a whole, while we are signed in.`;
      throw new RemoteFailure(failure('portalPolicyDenies', detail), { cause: error });
    }
  };

  return {
    client,
    dialect,
    log,
    learn,
    command: (service, method, parameters, only) => ({
      path: `/${dialect.context}.${service}/${method}`,
      parameters,
      ...(only === undefined ? {} : { only }),
    }),
    invokeAsUs,
    user: async () => known ?? (await invokeAsUs([], READ_SERVICE)).user,
  };
}

/**
 * Rejects where the portal answers nobody, or has no calendar services where they were: a portal that keeps the bodies of
 * its errors to itself says of both, the service and a calendar that is gone, no more than 404.
 */
export async function checkCalendarServices(session: Session): Promise<void> {
  const { companyId } = await session.user();
  const search = session.command('calendar', 'search-count', {
    companyId,
    groupIds: null,
    calendarResourceIds: null,
    keywords: '',
    andOperator: false,
  });
  await session.invokeAsUs([search], READ_SERVICE);
}

function isGuest(user: CurrentUser): boolean {
  if (user.defaultUser === true || Number(user.type ?? Number.NaN) === 0) return true;
  // The guest's row as Liferay makes it, where neither property is there to tell.
  return user.emailAddress.startsWith('default@') && user.screenName === user.userId;
}
