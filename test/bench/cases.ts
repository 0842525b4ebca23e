/** What is measured: two shapes of an installation, and the same sequence of cases for each. */

export interface Shape {
  readonly mailboxes: number;
  /** In each mailbox, which has one calendar. */
  readonly eventsEach: number;
}

export type Side = 'exchange' | 'liferay';

export interface Case {
  readonly name: string;
  readonly shape: Shape;
  /** What people do before the case is measured. The first case finds the items in Exchange and Liferay empty. */
  readonly before: 'items in Exchange' | 'nothing' | Side;
}

/** A case as it is reported, in the order of the table. */
export interface Figures {
  readonly name: string;
  readonly mailboxes: number;
  /** On each side, when everything is in step. */
  readonly events: number;
  /** Events that people made or edited before the case. */
  readonly changed: number;
  readonly exchangeRequests: number;
  readonly liferayRequests: number;
  /** Without BEGIN and COMMIT. */
  readonly sqlStatements: number;
  readonly sqlWrites: number;
  /** Bodies of requests and responses, both servers together. */
  readonly bytes: number;
  /** User and system time of the service's process. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Most resident memory of the service's process during the case. */
  readonly peakRssMb: number;
}

/** One event in so many is edited. */
export const EDIT_EVERY = 100;

const FULL: readonly Shape[] = [
  { mailboxes: 1, eventsEach: 5_000 },
  { mailboxes: 500, eventsEach: 20 },
];
const QUICK: readonly Shape[] = [
  { mailboxes: 1, eventsEach: 1_000 },
  { mailboxes: 100, eventsEach: 20 },
];

/**
 * In the order in which they run: each starts where the one before it ended. The round after a case that wrote is
 * a case of its own, because the servers then report what the service itself did.
 */
const SEQUENCE: readonly (readonly [string, Case['before']])[] = [
  ['first sync', 'items in Exchange'],
  ['round after first sync', 'nothing'],
  ['idle', 'nothing'],
  ['1 % changed in Exchange', 'exchange'],
  ['round after Exchange changes', 'nothing'],
  ['1 % changed in Liferay', 'liferay'],
  ['round after Liferay changes', 'nothing'],
];

/** The cases of every shape, shape by shape. */
export function sequences(quick: boolean): readonly (readonly Case[])[] {
  return (quick ? QUICK : FULL).map((shape) =>
    SEQUENCE.map(([what, before]) => ({ name: `${shapeName(shape)}: ${what}`, shape, before })),
  );
}

/**
 * The part of a sequence that has to run so that every case whose name contains `only` can be measured: up to the
 * last of them, and nothing when there is none.
 */
export function neededFor(only: string, sequence: readonly Case[]): readonly Case[] {
  return sequence.slice(0, sequence.findLastIndex((one) => isWanted(only, one.name)) + 1);
}

export function isWanted(only: string, name: string): boolean {
  return name.toLowerCase().includes(only.toLowerCase());
}

function shapeName({ mailboxes, eventsEach }: Shape): string {
  return `${mailboxes} × ${eventsEach.toLocaleString('en-GB')}`;
}
