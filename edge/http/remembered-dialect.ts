/** What an earlier start learnt about the portal, as the domain remembers it. */
import * as v from 'valibot';
import type { PortalDialect } from '#liferay/portal-calendar.port.ts';
import type { Database } from '#store/database.ts';
import { dialectOf } from '#store/mailboxes.repository.ts';

const Dialect = v.object({
  context: v.string(),
  keepsUid: v.boolean(),
  hasRowVersion: v.boolean(),
  companyId: v.string(),
});

/** Null where nothing has been learnt yet. */
export async function rememberedDialect(db: Database, domainId: string): Promise<PortalDialect | null> {
  const text = await dialectOf(db, domainId);
  return text === null ? null : v.parse(Dialect, JSON.parse(text));
}
