/**
 * The configuration of a Worker: that of config.ts with this runtime's limits, and the budget of a slice. Variables
 * and secrets arrive as strings among the bindings.
 */
import * as v from 'valibot';
import { type Config, type ConfigProblem, type Environment, readConfig } from './config.ts';
import * as read from './config-values.ts';

export interface WorkerConfig extends Config {
  readonly slice: {
    /** Calls of Exchange and the portal after which a slice ends at the next batch boundary. */
    readonly calls: number;
    readonly seconds: number;
    /** Mailboxes that it claims at most. */
    readonly mailboxes: number;
  };
}

export type WorkerConfigOutcome =
  | { readonly ok: true; readonly config: WorkerConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** A message for every look at a mailbox: more often would cost more than it gives. */
const MIN_INTERVAL_SECONDS = 15;

/**
 * A slice first looks at every folder that it has claimed, and only then works. So that something is left to work
 * with, it claims no more mailboxes than its calls allow.
 */
const CALLS_PER_MAILBOX = 20;

const SliceVariables = v.object({
  /** Of the 10,000 requests that the platform grants an invocation, a call needs a handful. */
  SLICE_CALLS: v.optional(read.wholeNumber(CALLS_PER_MAILBOX, 2_000), '1000'),
  /** Less than the lease of two minutes by a request's time-out and more. */
  SLICE_SECONDS: v.optional(read.wholeNumber(1, 60), '45'),
});

export function readWorkerConfig(bindings: Readonly<Record<string, unknown>>): WorkerConfigOutcome {
  const env = variablesOf(bindings);
  const outcome = readConfig(env, {
    minIntervalSeconds: MIN_INTERVAL_SECONDS,
    allowFile: false,
    keepsConnections: false,
  });
  const slice = v.safeParse(SliceVariables, env);
  const problems = [
    ...(outcome.ok ? [] : outcome.problems),
    ...(slice.issues ?? []).map((issue) => ({
      variable: String(issue.path?.[0]?.key),
      problem: issue.message,
      expected: issue.expected ?? 'another value',
    })),
  ];
  if (!outcome.ok || !slice.success || problems.length > 0) return { ok: false, problems };
  const { SLICE_CALLS: calls, SLICE_SECONDS: seconds } = slice.output;
  const mailboxes = Math.floor(calls / CALLS_PER_MAILBOX);
  return { ok: true, config: { ...outcome.config, slice: { calls, seconds, mailboxes } } };
}

function variablesOf(bindings: Readonly<Record<string, unknown>>): Environment {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(bindings)) {
    const text = typeof value === 'string' ? value.trim() : '';
    if (text !== '') env[name] = text;
  }
  return env;
}
