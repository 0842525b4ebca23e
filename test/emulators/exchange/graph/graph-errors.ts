/** How Microsoft Graph refuses (Microsoft Learn, "Microsoft Graph error responses and resource types"). */

import { EwsError } from '../errors.ts';

/** `code` is what the service answers; Outlook's own codes are those of EWS. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Further properties of the error object. */
  readonly details: Readonly<Record<string, string>>;
  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.details = details;
  }
}

/** `{error: {code, message, innerError}}`. */
export function errorResponse(error: GraphError, requestId: string, now: number): Response {
  const { status, code, message, headers, details } = error;
  const innerError = {
    date: new Date(now).toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': requestId,
  };
  return Response.json(
    { error: { code, message, ...details, innerError } },
    { status, headers: { ...headers, 'request-id': requestId } },
  );
}

const STATUS_OF: Readonly<Record<string, number>> = {
  ErrorItemNotFound: 404,
  ErrorFolderNotFound: 404,
  ErrorAccessDenied: 403,
  ErrorIrresolvableConflict: 412,
};

/** What the mailbox server said, as Graph hands it on: the code stays, the status tells the class. */
export function graphErrorOf(error: unknown): GraphError | null {
  if (error instanceof GraphError) return error;
  if (!(error instanceof EwsError)) return null;
  return new GraphError(STATUS_OF[error.code] ?? 400, error.code, error.message);
}

export const badRequest = (message: string): GraphError => new GraphError(400, 'BadRequest', message);
/** A value that the model takes, and the mailbox server does not. */
export const invalidProperty = (message = 'At least one property failed validation.'): GraphError =>
  new GraphError(400, 'ErrorPropertyValidationFailure', message);
/** A body that the OData reader refuses. */
export const unreadableBody = (message: string): GraphError =>
  new GraphError(400, 'RequestBodyRead', message);
/** What the calendar refuses by its own rules. */
export const invalidRequest = (message: string): GraphError =>
  new GraphError(400, 'ErrorInvalidRequest', message);
export const unsupportedQuery = (message: string): GraphError =>
  new GraphError(400, 'ErrorInvalidUrlQuery', message);
export const itemNotFound = (): GraphError =>
  new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
export const malformedId = (): GraphError =>
  new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
export const accessDenied = (): GraphError =>
  new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
export const unknownZone = (name: string): GraphError =>
  new GraphError(
    400,
    'TimeZoneNotSupportedException',
    `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${name}'.`,
  );
