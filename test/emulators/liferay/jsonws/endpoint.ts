/** `/api/jsonws/*`: reads the request, finds the caller, runs the commands, writes the answer or the exception. */
import type { Authentication, Identities } from '../access/authentication.ts';
import type { ServiceAccessPolicies } from '../access/policies.ts';
import type { FaultController, TakenFault } from '../faults.ts';
import { answerOf } from '../faults.ts';
import type { PermissionContext } from '../permissions.ts';
import { PermissionChecker } from '../permissions.ts';
import { exceptionJson, mustHaveCsrfToken, PortalException } from '../portal-exception.ts';
import type { Portal } from '../portal-model.ts';
import type { RequestCounts } from '../request-counts.ts';
import type { Caller, Dispatcher } from './dispatch.ts';
import { Invoker } from './invoke.ts';
import type { ServiceResult } from './model-json.ts';
import { isList, ModelWriter } from './model-json.ts';
import type { JsonwsRequest } from './request-forms.ts';
import { commandsOf, parseJsonwsRequest } from './request-forms.ts';
import type { Arguments } from './signatures.ts';

export interface JsonwsParts {
  readonly portal: Portal;
  readonly permissions: PermissionContext;
  readonly identities: Identities;
  readonly policies: ServiceAccessPolicies;
  readonly dispatcher: Dispatcher;
  readonly faults: FaultController;
  readonly counts: RequestCounts;
}

type Identified = Extract<Authentication, { kind: 'identified' }>;

function jsonResponse(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json;charset=UTF-8' } });
}

function exceptionResponse(parts: JsonwsParts, error: unknown): Response {
  if (!(error instanceof PortalException)) throw error;
  const { switches } = parts.portal;
  if (switches.errorStyle === 'exceptionWith200')
    return jsonResponse(200, JSON.stringify({ exception: error.message || error.type }));
  if (switches.errorStyle === 'exceptionAndMessageWith200')
    return jsonResponse(200, JSON.stringify({ exception: sixTwoName(error.type), message: error.message }));
  return jsonResponse(error.status, JSON.stringify(exceptionJson(error, switches.serializeThrowable)));
}

/** Packages of 6.2; what is not found is a plain RuntimeException there (`JSONWebServiceActionsManagerImpl`). */
function sixTwoName(type: string): string {
  if (type.endsWith('NoSuchJSONWebServiceException')) return 'java.lang.RuntimeException';
  return type
    .replace('com.liferay.calendar.exception.', 'com.liferay.calendar.')
    .replace('com.liferay.portal.kernel.exception.', 'com.liferay.portal.')
    .replace('com.liferay.portal.kernel.security.auth.', 'com.liferay.portal.security.auth.');
}

const READING = /^(?:fetch|get|has|is|search)/;

function callerOf(parts: JsonwsParts, who: Identified, taken: TakenFault | null): Caller {
  const { policies, portal } = parts;
  const withheld = taken?.fault.kind === 'withheld' ? taken.fault.actions : [];
  const isSilent = portal.switches.silentGuest || taken?.fault.kind === 'silentGuest';
  return {
    checker: new PermissionChecker(parts.permissions, who.user, new Set(withheld)),
    mayCall: (className, methodName) => {
      if (who.by === 'bearer') return policies.allowsScopes(who.scopes, className, methodName);
      if (who.by !== 'guest' || (isSilent && READING.test(methodName))) return true;
      return policies.allowsGuest(className, methodName);
    },
  };
}

/** Session calls prove themselves with `p_auth` or `X-CSRF-Token`; Basic only where a switch says so. */
function checkCsrf(parts: JsonwsParts, who: Identified, request: Request, call: JsonwsRequest): void {
  const needsToken =
    who.by === 'session' || (who.by === 'basic' && parts.portal.switches.basicNeedsCsrfToken);
  if (!needsToken) return;
  const expected = parts.identities.sessionOf(request)?.authToken;
  const parameter = call.kind === 'malformed' ? null : call.args.get('p_auth');
  const given = parameter ?? request.headers.get('x-csrf-token');
  if (expected === undefined || given !== expected) throw mustHaveCsrfToken(who.user.userId);
}

function checkHttpMethod(parts: JsonwsParts, request: Request, call: JsonwsRequest): void {
  if (!parts.portal.switches.strictHttpMethod || call.kind !== 'call') return;
  const name = call.path.split('/').at(-1) ?? '';
  const expected = /^(?:get|is|has)-/.test(name) ? 'GET' : 'POST';
  if (request.method !== expected)
    throw new PortalException(
      'com.liferay.portal.kernel.jsonwebservice.NoSuchJSONWebServiceException',
      `JSON web service action with path ${call.path} must be called by ${expected}`,
      404,
    );
}

/** The command that an ordered fault lets fail: the first that matches, or the last of the request. */
function failingCommand(call: JsonwsRequest, taken: TakenFault | null): string | null {
  if (taken?.fault.kind !== 'commandFails') return null;
  const commands = commandsOf(call);
  const { command } = taken;
  return (command ? commands.find((path) => command.test(path)) : commands.at(-1)) ?? null;
}

function runner(parts: JsonwsParts, caller: Caller, call: JsonwsRequest, taken: TakenFault | null) {
  const failing = failingCommand(call, taken);
  const shared: Arguments = call.kind === 'batch' ? call.args : new Map();
  return (path: string, args: Arguments): ServiceResult => {
    parts.counts.countCommand(path.replace(/^\/(?:[\w-]+\.(?=\w+\/))?/, ''));
    if (path === failing)
      throw new PortalException('com.liferay.portal.kernel.exception.SystemException', 'Ordered failure');
    const result = parts.dispatcher.run(path, args, caller, shared);
    return taken?.fault.kind === 'emptyList' && isList(result) ? [] : result;
  };
}

function answer(parts: JsonwsParts, who: Identified, call: JsonwsRequest, taken: TakenFault | null): unknown {
  const run = runner(parts, callerOf(parts, who, taken), call, taken);
  const writer = new ModelWriter(parts.portal, who.user.languageId);
  switch (call.kind) {
    case 'malformed':
      throw new PortalException('java.lang.IllegalArgumentException', call.message);
    case 'call': {
      const result = writer.json(run(call.path, call.args));
      return call.rpcId === null ? result : { jsonrpc: '2.0', id: call.rpcId, result };
    }
    case 'batch': {
      const invoker = new Invoker(run, writer);
      const results = call.statements.map((statement) => invoker.execute(statement));
      return call.isArray ? results : results[0];
    }
  }
}

/** Rejects with a TypeError, as `fetch` does, where the ordered fault is a broken connection. */
export async function serveJsonws(parts: JsonwsParts, request: Request, url: URL): Promise<Response> {
  const call = await parseJsonwsRequest(request, url);
  const taken = parts.faults.take(url.pathname, commandsOf(call));
  const fault = taken?.fault;
  if (fault?.kind === 'noConnection') throw new TypeError('fetch failed');
  if (fault?.kind === 'answer') return answerOf(fault);
  if (parts.portal.switches.servicesForbidden) return jsonResponse(403, '{}');
  const who =
    fault?.kind === 'silentGuest' ? parts.identities.guest() : parts.identities.authenticate(request);
  if (who.kind === 'refused') return jsonResponse(who.status, who.body);
  try {
    checkCsrf(parts, who, request, call);
    checkHttpMethod(parts, request, call);
    const body = JSON.stringify(answer(parts, who, call, taken));
    if (fault?.kind === 'lostReply') throw new TypeError('fetch failed');
    return jsonResponse(200, body);
  } catch (error) {
    return exceptionResponse(parts, error);
  }
}
