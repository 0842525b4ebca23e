/**
 * The one door to JSONWS: every call goes through `/api/jsonws/invoke` as an array of commands. An exception in
 * any command ends the whole batch with one error answer, and the commands before it stay committed (Liferay:
 * JSONWebServiceInvokerAction), so a batch holds at most one write, and holds it last.
 */
import type { Effects } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { SignIn } from '../oauth.ts';
import { exchange, type HttpAnswer } from './http.ts';
import { parseJson } from './json.ts';
import { type Asked, failureOfBody, failureOfStatus } from './jsonws-errors.ts';

/** One call of a service. */
export interface Command {
  /** `/calendar.calendarbooking/get-calendar-booking`. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Properties to return; all where absent. Applied to every element of a list. */
  readonly only?: readonly string[];
}

/** What a batch answered. */
export interface Results {
  /** One for each command, in order. */
  readonly values: readonly unknown[];
  /** As whom the request was sent. */
  readonly authorization: string;
}

/** One portal, as one identity. */
export interface JsonwsClient {
  /** Rejects with RemoteFailure. */
  invoke(commands: readonly Command[], asked: Asked): Promise<Results>;
  /** As nobody: what the portal answers those who do not sign in. Rejects with RemoteFailure. */
  invokeUnsigned(commands: readonly Command[], asked: Asked): Promise<readonly unknown[]>;
  /** GET of a headless REST resource under the portal, or null where it answers other than 200 with JSON. */
  getJson(path: string): Promise<unknown>;
}

/** Where the portal is, and how to sign in. */
export interface JsonwsAccess {
  /** `https://portal.example.com`. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly signIn: SignIn;
}

/** Snapshots of a cohort are the largest answers: some 20,000 rows of 200 bytes, with a wide margin. */
const ANSWER_LIMIT_BYTES = 64 * 1024 * 1024;

/** No request is made. */
export function openClient(effects: Effects, access: JsonwsAccess): JsonwsClient {
  const request = (method: 'GET' | 'POST', path: string, body?: string) => (authorization: string | null) =>
    exchange(effects, {
      url: access.url + path,
      method,
      headers: {
        ...(authorization === null ? {} : { authorization }),
        accept: 'application/json',
        // Role names are answered in the language of the request; ours are compared in English.
        'accept-language': 'en-US',
        ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      },
      ...(body === undefined ? {} : { body }),
      timeoutMs: access.timeoutMs,
      limitBytes: ANSWER_LIMIT_BYTES,
    });
  const send = async (
    method: 'GET' | 'POST',
    path: string,
    body?: string,
  ): Promise<{ answer: HttpAnswer; authorization: string }> => {
    const once = request(method, path, body);
    const first = await access.signIn.authorization();
    const answer = await once(first);
    if (answer.status !== 401) return { answer, authorization: first };
    const second = await access.signIn.renewed(first);
    return second === null
      ? { answer, authorization: first }
      : { answer: await once(second), authorization: second };
  };

  return {
    async invoke(commands, asked) {
      const body = JSON.stringify(commands.map(statement));
      const { answer, authorization } = await send('POST', '/api/jsonws/invoke', body);
      return {
        values: resultsOf(answer, commands.length, asked, access.signIn.refusedReason),
        authorization,
      };
    },
    async invokeUnsigned(commands, asked) {
      const body = JSON.stringify(commands.map(statement));
      const answer = await request('POST', '/api/jsonws/invoke', body)(null);
      return resultsOf(answer, commands.length, asked, access.signIn.refusedReason);
    },
    async getJson(path) {
      const { answer } = await send('GET', path);
      return answer.status === 200 && !answer.isHtml ? parseJson(answer.text) : null;
    },
  };
}

/** `{"$r[a,b] = /service/method": {…}}`: the name before the bracket is only there to carry the list. */
function statement(command: Command): Record<string, unknown> {
  const key = command.only === undefined ? command.path : `$r[${command.only.join(',')}] = ${command.path}`;
  return { [key]: command.parameters };
}

function resultsOf(
  answer: HttpAnswer,
  count: number,
  asked: Asked,
  refusedReason: 'tokenExpired' | 'signInRefused',
): readonly unknown[] {
  if (answer.status !== 200) throw new RemoteFailure(failureOfStatus(answer, asked, refusedReason));
  if (answer.isHtml) {
    throw new RemoteFailure(failure('notTheService', 'An HTML page came where JSON was expected.'));
  }
  const body = parseJson(answer.text);
  const failed = failureOfBody(body, asked);
  if (failed !== null) throw new RemoteFailure(failed);
  if (!Array.isArray(body) || body.length !== count) {
    throw new RemoteFailure(failure('badAnswer', `${count} results were expected, another form came`));
  }
  return body;
}
