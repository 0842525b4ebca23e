/** Java exceptions as JSONWS clients see them: a class name, a message and an HTTP status (`JSONWebServiceServiceAction`). */

/** An exception thrown by a service. `status` is what the newest `JSONWebServiceServiceAction` makes of the class. */
export class PortalException extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 500) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

const CALENDAR = 'com.liferay.calendar.exception.';
const PRINCIPAL = 'com.liferay.portal.kernel.security.auth.PrincipalException';

/** `NoSuchModelException` and its children answer 404. */
export function noSuch(model: 'Booking' | 'Calendar' | 'Resource', id: number): PortalException {
  return new PortalException(
    `${CALENDAR}NoSuch${model}Exception`,
    `No ${model === 'Booking' ? 'CalendarBooking' : model} exists with the primary key ${id}`,
    404,
  );
}

export function noSuchAction(path: string, method: string): PortalException {
  return new PortalException(
    'com.liferay.portal.kernel.jsonwebservice.NoSuchJSONWebServiceException',
    `No JSON web service action with path ${path} and method ${method}`,
    404,
  );
}

export function calendarException(name: string): PortalException {
  const type = `${CALENDAR}${name}`;
  return new PortalException(type, type);
}

export function mustHavePermission(userId: number, action: string, calendarId: number): PortalException {
  return new PortalException(
    `${PRINCIPAL}$MustHavePermission`,
    `User ${userId} must have ${action} permission for com.liferay.calendar.model.Calendar ${calendarId}`,
    403,
  );
}

export function mustHaveCsrfToken(userId: number): PortalException {
  return new PortalException(
    `${PRINCIPAL}$MustHaveSessionCSRFToken`,
    `User ${userId} did not provide a valid CSRF token for com.liferay.portal.remote.json.web.service`,
    403,
  );
}

/** The service access policies of the caller do not list the method (`AccessControlAdvisor`). */
export function accessDenied(signature: string): PortalException {
  return new PortalException('java.lang.SecurityException', `Access denied to ${signature}`, 403);
}

/** 6.2 knows no policies: who is a guest gets no further (`AccessControlAdvisorImpl`). */
export function authenticationRequired(): PortalException {
  return new PortalException('java.lang.SecurityException', 'Authenticated access required', 403);
}

export function constraintViolation(columns: string): PortalException {
  return new PortalException(
    'com.liferay.portal.kernel.exception.SystemException',
    `org.hibernate.exception.ConstraintViolationException: could not execute statement (${columns})`,
  );
}

export function dataTooLong(column: string): PortalException {
  return new PortalException(
    'com.liferay.portal.kernel.exception.SystemException',
    `org.hibernate.exception.DataException: Data too long for column '${column}'`,
  );
}

export function nullPointer(): PortalException {
  return new PortalException('java.lang.NullPointerException', 'java.lang.NullPointerException');
}

/** The body of `JSONFactoryImpl.serializeThrowable`, or `{}` where the portal keeps it to itself. */
export function exceptionJson(error: PortalException, serialize: boolean): Record<string, unknown> {
  if (!serialize) return {};
  return {
    error: { message: error.message, type: error.type },
    exception: error.message,
    rootCause: { message: error.message, type: error.type },
    throwable: `${error.type}: ${error.message}`,
  };
}
