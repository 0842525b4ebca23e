/** Effects whose network answers by script, for what an emulator of a healthy portal never says. */
import type { Effects, HttpRequest, HttpResponse } from '#core/effects.ts';

export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}
export type Script = (url: string, request: HttpRequest) => Answer | Promise<Answer>;

export interface ScriptedPortal {
  readonly effects: Effects;
  readonly requests: readonly (HttpRequest & { readonly url: string })[];
  readonly warnings: readonly string[];
  nowMs: number;
}

export function scriptedPortal(script: Script): ScriptedPortal {
  const requests: (HttpRequest & { readonly url: string })[] = [];
  const warnings: string[] = [];
  let uuids = 0;
  const portal: ScriptedPortal = {
    requests,
    warnings,
    nowMs: 1_700_000_000_000,
    effects: {
      fetch: async (url, request) => {
        requests.push({ ...request, url });
        return response(await script(url, request));
      },
      clock: {
        now: () => portal.nowMs,
        monotonic: () => portal.nowMs,
        sleep: async (ms) => {
          portal.nowMs += ms;
        },
      },
      timeoutSignal: () => ({ aborted: false, reason: undefined }),
      ids: { uuid: () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}` },
      random: { next: () => 0.5 },
      seal: { seal: async (plain) => plain, open: async (sealed) => sealed },
      log: {
        debug: () => undefined,
        info: () => undefined,
        warn: (message) => warnings.push(message),
        error: (message) => warnings.push(message),
      },
    },
  };
  return portal;
}

function response(answer: Answer): HttpResponse {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
  const headers: Record<string, string> = {
    'content-type': answer.type ?? 'application/json;charset=UTF-8',
    ...answer.headers,
  };
  return {
    status: answer.status ?? 200,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    body: chunks(text),
  };
}

/** In small pieces, so that characters are cut through as on a real connection. */
async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let from = 0; from < bytes.length; from += 7) yield bytes.subarray(from, from + 7);
}

/** Commands of one `/invoke` request as [key, parameters]. */
export function commandsOf(request: HttpRequest): readonly (readonly [string, Record<string, unknown>])[] {
  const list = JSON.parse(request.body ?? '[]') as Record<string, Record<string, unknown>>[];
  return list.flatMap((command) => Object.entries(command));
}

export const USER = {
  userId: '20130',
  companyId: '20097',
  screenName: 'connector',
  emailAddress: 'connector@example.com',
  emailAddressVerified: true,
  languageId: 'en_US',
  type: 1,
};
