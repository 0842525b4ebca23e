/** `GET /o/headless-admin-user/v1.0/my-user-account`: the signed-in user with roles and sites (`UserAccount`). */
import type { Portal } from '../portal-model.ts';
import type { User } from '../portal-rows.ts';
import { fullName } from '../portal-rows.ts';
import type { Authentication } from './authentication.ts';
import { allowsRestRead } from './policies.ts';

export const MY_USER_ACCOUNT = '/o/headless-admin-user/v1.0/my-user-account';
const APPLICATION = 'Liferay.Headless.Admin.User';

/** Ids of roles are numbers here; a role has the same id on every call. */
function roleBrief(name: string): { id: number; name: string } {
  let id = 20_100;
  for (const char of name) id = (id * 31 + char.charCodeAt(0)) % 1_000_000;
  return { id: 1_000_000 + id, name };
}

function siteBriefs(portal: Portal, user: User): unknown[] {
  return [...portal.model.groups.values()]
    .filter((group) => group.kind === 'site' && group.memberIds.includes(user.userId))
    .map((site) => {
      const roles = [
        'Site Member',
        ...(site.ownerUserId === user.userId ? ['Site Owner', 'Site Administrator'] : []),
      ];
      return { id: site.groupId, name: site.name, roleBriefs: roles.map(roleBrief) };
    });
}

function userAccount(portal: Portal, user: User): Record<string, unknown> {
  const created = new Date(user.createDate).toISOString();
  return {
    id: user.userId,
    externalReferenceCode: user.uuid,
    alternateName: user.screenName,
    emailAddress: user.emailAddress,
    givenName: user.firstName,
    familyName: user.lastName,
    additionalName: '',
    name: fullName(user),
    jobTitle: '',
    languageId: user.languageId,
    dateCreated: created,
    dateModified: created,
    roleBriefs: user.roles.map(roleBrief),
    siteBriefs: siteBriefs(portal, user),
    organizationBriefs: [],
    accountBriefs: [],
    userGroupBriefs: [],
    customFields: [],
  };
}

/** 401 without credentials or with a bad token, 403 where the token's scopes do not reach the application. */
export function serveUserAccount(portal: Portal, who: Authentication): Response {
  const headers = { 'content-type': 'application/json' };
  if (who.kind === 'refused') return new Response(who.body, { status: who.status, headers });
  if (who.by === 'guest') return new Response('{}', { status: 401, headers });
  if (who.by === 'bearer' && !allowsRestRead(who.scopes, APPLICATION))
    return new Response('{"status":"FORBIDDEN"}', { status: 403, headers });
  return new Response(JSON.stringify(userAccount(portal, who.user)), { status: 200, headers });
}
