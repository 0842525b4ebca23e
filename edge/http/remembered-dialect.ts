/** What was learnt about the portal, as its domains remember it from one start to the next. */
import * as v from 'valibot';
import type { PortalDialect } from '#liferay/portal-calendar.port.ts';
import type { Database } from '#store/database.ts';
import { saveDialect } from '#store/domains.ts';
import { dialectOf } from '#store/mailboxes.repository.ts';

const Remembered = v.object({
  context: v.string(),
  // Earlier releases stored neither of the two; the next start of the service asks.
  version: v.optional(v.nullable(v.string()), null),
  learntAt: v.optional(v.number(), 0),
  keepsUid: v.boolean(),
  hasRowVersion: v.boolean(),
  companyId: v.string(),
});

/** A dialect, and when the portal was asked for it, epoch ms. */
export interface RememberedPortal {
  readonly dialect: PortalDialect;
  readonly learntAtMs: number;
}

/** Null where nothing has been learnt yet, or nothing that this release understands. */
export async function rememberedPortal(db: Database, portal: string): Promise<RememberedPortal | null> {
  const text = await dialectOf(db, portal);
  const parsed = text === null ? null : v.safeParse(Remembered, JSON.parse(text));
  if (!parsed?.success) return null;
  const { learntAt, ...dialect } = parsed.output;
  return { dialect, learntAtMs: learntAt };
}

/** As `rememberedPortal`, for whoever only speaks to it. */
export async function rememberedDialect(db: Database, portal: string): Promise<PortalDialect | null> {
  return (await rememberedPortal(db, portal))?.dialect ?? null;
}

export async function rememberPortal(
  db: Database,
  portal: string,
  { dialect, learntAtMs }: RememberedPortal,
): Promise<void> {
  await saveDialect(db, portal, JSON.stringify({ ...dialect, learntAt: learntAtMs }));
}
