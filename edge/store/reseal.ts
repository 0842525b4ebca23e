/**
 * Seals everything anew that is sealed in the database, after another key was put first: the old key is needed no
 * longer then. A row that another process writes meanwhile keeps what that process wrote.
 */
import { and, eq } from 'drizzle-orm';
import type { Seal } from '#core/effects.ts';
import { domain, token } from '#drizzle/schema.ts';
import type { Database } from './database.ts';

/** What was done. */
export interface Resealed {
  /** Sign-ins of Exchange domains. */
  readonly signIns: number;
  readonly tokens: number;
  /** Tokens that no key opened: they are gone, and will be fetched anew. */
  readonly dropped: number;
  /** Domains whose sign-in no key opened, with what the seal said. They are as they were. */
  readonly unopened: readonly { readonly domainId: string; readonly problem: string }[];
}

/** May be repeated, also after it was cut short. */
export async function resealAll(db: Database, seal: Seal): Promise<Resealed> {
  const unopened: { domainId: string; problem: string }[] = [];
  let signIns = 0;
  for (const { id, signInSealed } of await db.select().from(domain)) {
    const opened = await openWith(seal, signInSealed);
    if (opened.kind === 'shut') unopened.push({ domainId: id, problem: opened.problem });
    else {
      const anew = await seal.seal(opened.plain);
      const isSame = and(eq(domain.id, id), eq(domain.signInSealed, signInSealed));
      await db.update(domain).set({ signInSealed: anew }).where(isSame);
      signIns += 1;
    }
  }
  let tokens = 0;
  let dropped = 0;
  for (const { key, sealed } of await db.select().from(token)) {
    const opened = await openWith(seal, sealed);
    const isSame = and(eq(token.key, key), eq(token.sealed, sealed));
    if (opened.kind === 'shut') {
      await db.delete(token).where(isSame);
      dropped += 1;
    } else {
      const anew = await seal.seal(opened.plain);
      await db.update(token).set({ sealed: anew }).where(isSame);
      tokens += 1;
    }
  }
  return { signIns, tokens, dropped, unopened };
}

type Opened =
  | { readonly kind: 'open'; readonly plain: string }
  | { readonly kind: 'shut'; readonly problem: string };

async function openWith(seal: Seal, sealed: string): Promise<Opened> {
  try {
    return { kind: 'open', plain: await seal.open(sealed) };
  } catch (error) {
    return { kind: 'shut', problem: error instanceof Error ? error.message : String(error) };
  }
}
