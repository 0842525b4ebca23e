/** What each kind of answer means to the caller, through the port. */
import { describe, expect, it } from 'vitest';
import { RemoteFailure } from '#core/failure.ts';
import { CALENDAR, open, PLANNED } from './jsonws-stage.ts';
import { type Answer, commandsOf, type Script, USER } from './scripted-portal.ts';

const thrown = (type: string, message = type): unknown => ({
  error: { message, type },
  rootCause: { message, type },
  throwable: `${type}: ${message}`,
});

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    return `no failure: ${JSON.stringify(await promise)}`;
  } catch (error) {
    return error instanceof RemoteFailure ? error.failure.reason : String(error);
  }
}

describe('an answer to everything', () => {
  it.each<[string, Answer]>([
    ['notTheService', { type: 'text/html', body: '<html>Sign in</html>' }],
    ['notTheService', { status: 404, type: 'text/html', body: '<!doctype html>' }],
    ['notTheService', { status: 404 }],
    ['signInRefused', { status: 401 }],
    ['portalForbidsServices', { status: 403 }],
    ['portalForbidsServices', { status: 403, type: 'text/html', body: '<html>' }],
    ['redirected', { status: 302, headers: { location: '/c/portal/login' } }],
    ['redirected', { status: 0 }],
    ['serverError', { status: 500 }],
    ['serverError', { status: 503, type: 'text/html', body: '<html>' }],
    ['throttled', { status: 429, headers: { 'retry-after': '30' } }],
    ['throttled', { status: 503, headers: { 'retry-after': '30' } }],
    ['badAnswer', { body: 'not json' }],
    ['badAnswer', { body: [] }],
    ['badAnswer', { body: [{ userId: 'x' }] }],
    ['portalBasicOff', { body: [{ ...USER, type: 0 }] }],
    ['portalBasicOff', { body: [{ ...USER, type: undefined, defaultUser: true }] }],
    ['guestIdentity', { body: [{ ...USER, userId: '1', screenName: 'other', emailAddress: 'o@x' }] }],
    ['portalForbidsServices', { body: { exception: 'com.liferay.portal.security.auth.PrincipalException' } }],
    ['portalAsksToken', { status: 403, body: thrown('a.PrincipalException$MustHaveSessionCSRFToken') }],
  ])('is %s: %j', async (reason, answer) => {
    const { portal } = open(() => answer);
    expect(await reasonOf(portal.identity())).toBe(reason);
  });

  it('says how long to wait', async () => {
    const { portal } = open(() => ({ status: 429, headers: { 'retry-after': '30' } }));
    await expect(portal.identity()).rejects.toMatchObject({
      failure: { reason: 'throttled', waitMs: 30_000 },
    });
  });

  it('names no session of the portal that redirects', async () => {
    const location = 'https://portal.example.com/c/portal/login;jsessionid=5EC2E7?p_auth=5EC2E7';
    const { portal } = open(() => ({ status: 302, headers: { location } }));
    await expect(portal.identity()).rejects.toMatchObject({
      failure: { detail: 'portal.example.com redirects to https://portal.example.com/c/portal/login' },
    });
  });

  it('tells a time-out from a portal that is not there', async () => {
    const never =
      (name: string): Script =>
      () => {
        throw Object.assign(new Error('no'), { name });
      };
    expect(await reasonOf(open(never('TimeoutError')).portal.identity())).toBe('timedOut');
    expect(await reasonOf(open(never('TypeError')).portal.identity())).toBe('unreachable');
  });

  it('is not read beyond 64 MB', async () => {
    const megabyte = new Uint8Array(1 << 20);
    let sent = 0;
    const { portal, scripted } = open(() => ({}));
    const fetch = async () => ({
      status: 200,
      headers: { get: () => 'application/json' },
      body: (async function* () {
        for (; sent < 200; sent += 1) yield megabyte;
      })(),
    });
    Object.assign(scripted.effects, { fetch });
    expect(await reasonOf(portal.identity())).toBe('answerTooLarge');
    expect(sent).toBeLessThan(70);
  });

  it('costs no cookie and follows no redirect', async () => {
    const { portal, scripted } = open(() => ({ body: [USER], headers: { 'set-cookie': 'JSESSIONID=1' } }));
    await portal.identity();
    await portal.identity();
    for (const request of scripted.requests) {
      expect(request.redirect).toBe('manual');
      expect(Object.keys(request.headers)).not.toContain('cookie');
    }
  });
});

describe('the name of a user', () => {
  const ACCOUNT = { id: Number(USER.userId), name: 'Lovelace Ada' };
  const nameIn = async (user: object, account: Answer): Promise<string> => {
    const answers: Script = (url) =>
      url.endsWith('/my-user-account') ? account : { body: [{ ...USER, ...user }] };
    return (await open(answers).portal.identity()).name;
  };

  it.each<[string, string, object, Answer]>([
    ['as the account has it', 'Lovelace Ada', { firstName: 'Ada', lastName: 'Lovelace' }, { body: ACCOUNT }],
    ['made of its parts', 'Ada Lovelace', { firstName: 'Ada', lastName: 'Lovelace' }, { status: 403 }],
    ['made of one part', 'Ada', { firstName: 'Ada', lastName: '' }, { status: 403 }],
    ['never of another account', 'Ada', { firstName: 'Ada' }, { body: { ...ACCOUNT, id: 1 } }],
    ['the screen name, if there is no other', 'connector', {}, { body: { ...ACCOUNT, name: ' ' } }],
  ])('is %s', async (_, name, user, account) => {
    expect(await nameIn(user, account)).toBe(name);
  });
});

describe('a write that Liferay refuses', () => {
  const EXCEPTIONS: readonly (readonly [string, number, unknown])[] = [
    ['startAfterEnd', 500, thrown('com.liferay.calendar.exception.CalendarBookingDurationException')],
    ['startAfterEnd', 500, thrown('com.liferay.calendar.CalendarBookingDurationException')],
    [
      'recurrenceNotExpressible',
      500,
      thrown('com.liferay.calendar.exception.CalendarBookingRecurrenceException'),
    ],
    ['itemNotFound', 404, thrown('com.liferay.calendar.exception.NoSuchBookingException')],
    [
      'accessDenied',
      403,
      thrown('com.liferay.portal.kernel.security.auth.PrincipalException$MustHavePermission'),
    ],
    [
      'uidTaken',
      500,
      thrown(
        'com.liferay.portal.kernel.exception.SystemException',
        'org.hibernate.exception.ConstraintViolationException: x',
      ),
    ],
    ['uidTaken', 500, thrown('java.sql.SQLException', "Duplicate entry '7-uid' for key 'IX_1'")],
    ['itemRefused', 500, thrown('java.lang.NullPointerException')],
    ['itemRefused', 500, {}],
    ['itemNotFound', 404, {}],
    ['accessDenied', 403, {}],
  ];

  it.each(EXCEPTIONS)('is %s for HTTP %d %j', async (reason, status, body) => {
    const { portal } = open((_url, request) => {
      const isWrite = commandsOf(request).some(([key]) => key.includes('update-calendar-booking'));
      return isWrite ? { status, body } : { body: [USER, CALENDAR] };
    });
    const event = { ...PLANNED.event, title: 'Other' };
    const written = await portal.update({ planned: PLANNED, event }, 'Europe/Rome');
    expect(written).toMatchObject({ kind: 'failed', failure: { reason } });
  });

  it('for a portal that is down rejects, since the next write would meet it too', async () => {
    const { portal } = open((_url, request) =>
      commandsOf(request).length === 1 ? { status: 503 } : { body: [USER, CALENDAR] },
    );
    const add = { calendarId: '7', uid: 'u', seriesId: null, event: PLANNED.event };
    expect(await reasonOf(portal.add(add, 'Europe/Rome'))).toBe('serverError');
  });

  it('for a 404 without JSON web services names what to look at', async () => {
    const type = 'com.liferay.portal.kernel.jsonwebservice.NoSuchJSONWebServiceException';
    const { portal } = open(() => ({ status: 404, body: thrown(type) }));
    await expect(portal.calendars()).rejects.toMatchObject({
      failure: { reason: 'notTheService', detail: expect.stringMatching(/context/) },
    });
  });
});
