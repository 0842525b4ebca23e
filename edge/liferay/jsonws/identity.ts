/** Who an identity is, and what it administers. */
import * as v from 'valibot';
import { oneLine } from '#core/text.ts';
import type { PortalUser } from '../portal-calendar.port.ts';
import { LONG } from './booking-row.ts';
import type { CurrentUser, Session } from './portal-session.ts';

const ROLES = v.fallback(v.array(v.object({ name: v.string() })), []);
/**
 * Liferay: headless-admin-user, UserAccount. The shape of `siteBriefs` is not confirmed: roles are read where
 * they are, and a site without them is a site that is not administered.
 */
const ACCOUNT = v.object({
  id: LONG,
  name: v.fallback(v.string(), ''),
  roleBriefs: ROLES,
  siteBriefs: v.fallback(
    v.array(v.object({ id: LONG, name: v.fallback(v.string(), ''), roleBriefs: ROLES })),
    [],
  ),
});
const SITE_ROLES: ReadonlySet<string> = new Set(['Site Administrator', 'Site Owner']);

/**
 * Roles, and the name in the order of the user's language, come from the headless API, which needs the scope
 * `Liferay.Headless.Admin.User.everything.read`; without it the user is known and administers nothing.
 */
export async function identify(session: Session): Promise<PortalUser> {
  const { user } = await session.invokeAsUs([], { intent: 'read', subject: 'service' });
  const answer = await session.client.getJson('/o/headless-admin-user/v1.0/my-user-account');
  const account = v.safeParse(ACCOUNT, answer);
  // Roles of somebody else must never become ours.
  const own = account.success && account.output.id === user.userId ? account.output : null;
  const named = (own?.siteBriefs ?? []).filter(({ name }) => oneLine(name) !== '');
  return {
    ...(named.length === 0
      ? {}
      : { siteNames: Object.fromEntries(named.map(({ id, name }) => [id, oneLine(name)])) }),
    id: user.userId,
    name: oneLine(own?.name ?? '') || fullName(user) || user.screenName,
    emailAddress: user.emailAddress,
    emailVerified: user.emailAddressVerified,
    isPortalAdministrator: own?.roleBriefs.some(({ name }) => name === 'Administrator') ?? false,
    roleNames: own?.roleBriefs.map(({ name }) => name) ?? [],
    administeredSiteIds: (own?.siteBriefs ?? [])
      .filter((site) => site.roleBriefs.some(({ name }) => SITE_ROLES.has(name)))
      .map((site) => site.id),
  };
}

function fullName({ firstName, lastName }: CurrentUser): string {
  return oneLine(`${firstName} ${lastName}`);
}
