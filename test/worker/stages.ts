/** What global-setup.ts, in Node, hands to the tests in workerd. */

/** A database and a person of its own, so that no test meets what another has left. */
export interface Stage {
  readonly libsqlUrl: string;
  readonly address: string;
  /** Basic sign-in of the person at the portal. */
  readonly password: string;
  /** What the browser of the person would send. */
  readonly token: string;
  readonly calendarId: string;
  /** A site that the person administers, and the calendar of its one resource; only on the stage of that name. */
  readonly site: { readonly id: string; readonly calendarId: string } | null;
}

/** Each with so many events in the mailbox of its person. */
export const STAGES = {
  routes: 0,
  firstSync: 12,
  site: 3,
  // More than two batches of the engine.
  manySlices: 120,
  twice: 3,
  queueAway: 3,
  givenUp: 3,
  realQueue: 3,
} as const;
export type StageName = keyof typeof STAGES;
export const STAGE_NAMES = Object.keys(STAGES) as StageName[];

export function eventTitles(stage: StageName): readonly string[] {
  return Array.from({ length: STAGES[stage] }, (_, n) => `Event ${n + 1}`).sort();
}

export interface Surroundings {
  /** The variables that all stages have in common. */
  readonly variables: Readonly<Record<string, string>>;
  readonly stages: Readonly<Record<StageName, Stage>>;
  /** Databases without the migrations of this release, and with one of a later release. */
  readonly olderUrl: string;
  readonly newerUrl: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    surroundings: Surroundings;
  }
}
