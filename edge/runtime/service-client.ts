/**
 * The running service, as commands ask it with the service key: SERVICE_KEY is that of the service, SERVICE_URL where it
 * listens, this machine's PORT unless it is given.
 */
import * as v from 'valibot';
import { ProblemDetails } from '#shared/api.ts';
import { CannotStart } from './node-start.ts';

const TIMEOUT_MS = 120_000;

/** The service refused what it was asked. */
export class ServiceRefused extends CannotStart {
  /** Of the service's closed list (shared/api.ts); a newer service may have further ones. */
  readonly reason: string | null;
  constructor(reason: string | null, line: string) {
    super([line]);
    this.reason = reason;
  }
}

/** The running service. */
export interface ServiceClient {
  /** @throws ServiceRefused with what the service says; CannotStart when there is no service */
  ask<S extends v.GenericSchema>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    schema: S,
    body?: unknown,
  ): Promise<v.InferOutput<S>>;
  ask(method: 'DELETE', path: string, schema: null): Promise<null>;
}

/** @throws CannotStart without SERVICE_KEY */
export function serviceAt(env: NodeJS.ProcessEnv): ServiceClient {
  const key = env['SERVICE_KEY']?.trim();
  if (!key) throw new CannotStart(['SERVICE_KEY: is not set; expected: that of the service']);
  const url = (env['SERVICE_URL']?.trim() || `http://127.0.0.1:${env['PORT']?.trim() || '8080'}`).replace(
    /\/+$/,
    '',
  );
  return {
    async ask(method: string, path: string, schema: v.GenericSchema | null, body?: unknown) {
      const answer = await sent(`${url}/service${path}`, {
        method,
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        redirect: 'error',
      });
      if (!answer.ok) throw refusalOf(answer);
      return schema === null ? null : v.parse(schema, answer.json);
    },
  } as ServiceClient;
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly json: unknown;
}

async function sent(url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    return { ok: response.ok, status: response.status, json: text === '' ? null : JSON.parse(text) };
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CannotStart([`SERVICE_URL: ${new URL(url).origin} does not answer as the service (${cause})`]);
  }
}

function refusalOf({ status, json }: Answer): ServiceRefused {
  const problem = v.safeParse(ProblemDetails, json);
  if (!problem.success) return new ServiceRefused(null, `The service answered ${status}.`);
  const { reason, detail, requestId } = problem.output;
  if (reason === 'notFound') {
    return new ServiceRefused(reason, 'The service has no SERVICE_KEY: set it there too, and start it anew.');
  }
  return new ServiceRefused(reason, `${reason}: ${detail} (request ${requestId})`);
}
