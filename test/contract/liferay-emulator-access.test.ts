/** Who gets into the Liferay emulator and how: Basic, sessions, OAuth2, permissions; its page, faults and counters. */
import type { JWK } from 'jose';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { FAULTS } from '#test/emulators/liferay/faults.ts';
import type { LiferayEmulator } from '#test/emulators/liferay/liferay-emulator.ts';
import { serveEmulators } from '#test/emulators/serve.ts';
import { RawLiferayClient } from '#test/raw/liferay-client.ts';
import type { LiferayStage } from './liferay-stage.ts';
import { liferayStage, MONDAY, meeting, ORIGIN, refusal } from './liferay-stage.ts';

describe('identity and permissions', () => {
  test('a wrong password is refused, or silently a guest who sees rows without text', async () => {
    for (const silentGuest of [false, true]) {
      const { liferay, anna, calendar } = liferayStage({ silentGuest });
      await anna.add(calendar, meeting);
      const credentials = { user: 'anna', password: 'wrong' };
      const stranger = new RawLiferayClient({
        fetch: (request) => liferay.fetch(request),
        origin: ORIGIN,
        credentials,
      });
      if (!silentGuest) {
        expect((await refusal(stranger.listBookings(calendar))).status).toBe(401);
        continue;
      }
      expect(await stranger.listBookings(calendar)).toMatchObject([{ title: '', start: MONDAY }]);
      expect((await stranger.me()).emailAddress).toBe('default@liferay.com');
    }
  });

  test('lost rights look like deletions and cleared text, with status 200', async () => {
    const { liferay, marco, marcoId, anna, calendar, marcoCalendar } = liferayStage({ overlapDenies: false });
    for (const action of ['VIEW', 'VIEW_BOOKING_DETAILS', 'MANAGE_BOOKINGS'] as const)
      liferay.grant(marcoId, Number(calendar), action);
    await anna.add(calendar, { ...meeting, location: 'Room 1' });
    await marco.add(marcoCalendar, { ...meeting, title: 'Invitation' }, { inviteCalendarIds: [calendar] });
    expect(await marco.listBookings(calendar)).toHaveLength(2);
    liferay.revoke(marcoId, Number(calendar), 'MANAGE_BOOKINGS');
    expect(await marco.listBookings(calendar)).toMatchObject([{ title: 'Review' }]);
    liferay.revoke(marcoId, Number(calendar), 'VIEW_BOOKING_DETAILS');
    expect(await marco.listBookings(calendar)).toMatchObject([{ title: '', location: '' }]);
    liferay.revoke(marcoId, Number(calendar), 'VIEW');
    expect(await marco.listBookings(calendar)).toEqual([]);
    expect((await refusal(marco.add(calendar, meeting))).status).toBe(403);
  });

  test('a person who never opened Calendar has no resource; making one makes the default calendar', async () => {
    const { liferay } = liferayStage();
    const userId = liferay.addUser({
      screenName: 'grace',
      emailAddress: 'grace@example.com',
      password: 'test',
      firstName: 'Grace',
      lastName: 'Lee',
      zone: 'America/New_York',
    });
    const credentials = { user: 'grace', password: 'test' };
    const grace = new RawLiferayClient({
      fetch: (request) => liferay.fetch(request),
      origin: ORIGIN,
      credentials,
    });
    const className = await grace.call('/classname/fetch-class-name', {
      value: 'com.liferay.portal.kernel.model.User',
    });
    const { classNameId } = className as { classNameId: string };
    const owner = { classNameId, classPK: userId };
    expect(await grace.call('/calendar.calendarresource/fetch-calendar-resource', owner)).toEqual({});
    liferay.createCalendarFor(userId);
    expect(await grace.call('/calendar.calendarresource/fetch-calendar-resource', owner)).toMatchObject({
      classPK: String(userId),
    });
    expect(await grace.calendars()).toMatchObject([{ zone: 'America/New_York', isDefault: true }]);
  });

  test('the session of a browser needs its CSRF token', async () => {
    const { liferay, annaId } = liferayStage();
    const { cookie, authToken } = liferay.signIn(annaId);
    const call = (headers: Record<string, string>) =>
      liferay.fetch(
        new Request(`${ORIGIN}/api/jsonws/user/get-current-user`, {
          method: 'POST',
          headers: { cookie, ...headers },
        }),
      );
    expect((await call({})).status).toBe(403);
    expect((await call({ 'x-csrf-token': authToken })).status).toBe(200);
    const body = new URLSearchParams({ cmd: '{"/user/get-current-user":{}}', p_auth: authToken });
    const form = new Request(`${ORIGIN}/api/jsonws/invoke`, { method: 'POST', headers: { cookie }, body });
    expect(await (await liferay.fetch(form)).json()).toMatchObject({ screenName: 'anna' });
  });
});

describe('OAuth2', () => {
  const scopes = [
    'Liferay.Headless.Admin.User.everything.read',
    'liferay-json-web-services.everything.read',
    'liferay-json-web-services.everything.write',
  ];

  async function token(liferay: LiferayEmulator, secret = 'secret'): Promise<Response> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'server',
      client_secret: secret,
    });
    return liferay.fetch(new Request(`${ORIGIN}/o/oauth2/token`, { method: 'POST', body }));
  }

  function withClient(): LiferayStage {
    const made = liferayStage();
    made.liferay.addOAuthClient({
      clientId: 'server',
      clientSecret: 'secret',
      kind: 'headlessServer',
      erc: 'erc-server',
      scopes,
      serviceUserId: made.annaId,
    });
    made.liferay.addOAuthClient({
      clientId: 'browser',
      clientSecret: '',
      kind: 'userAgent',
      erc: 'erc-browser',
      scopes,
    });
    return made;
  }

  test('client credentials give a signed at+jwt of the service user for 600 seconds', async () => {
    const { liferay, annaId, at } = withClient();
    expect((await token(liferay, 'wrong')).status).toBe(401);
    const answer = (await (await token(liferay)).json()) as { access_token: string; expires_in: number };
    expect(answer.expires_in).toBe(600);
    const jwks = (await (await liferay.fetch(new Request(`${ORIGIN}/o/oauth2/jwks`))).json()) as {
      keys: [JWK];
    };
    const key = await importJWK({ ...jwks.keys[0], kty: 'RSA' }, 'RS256');
    const { payload } = await jwtVerify(answer.access_token, key, {
      currentDate: new Date(Date.UTC(2024, 0, 1)),
    });
    expect(decodeProtectedHeader(answer.access_token)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
    expect(payload).toMatchObject({ sub: String(annaId), client_id: 'server', iss: 'portal.example' });
    const client = new RawLiferayClient({
      fetch: (request) => liferay.fetch(request),
      origin: ORIGIN,
      credentials: { bearer: answer.access_token },
    });
    expect((await client.me()).screenName).toBe('anna');
    at(Date.UTC(2024, 0, 1) + 601_000);
    expect((await refusal(client.me())).status).toBe(401);
  });

  test('the read and write scopes do not reach the Recycle Bin', async () => {
    const { liferay, annaId, calendar } = withClient();
    const bearer = await liferay.issueUserToken(annaId, 'browser');
    const client = new RawLiferayClient({
      fetch: (request) => liferay.fetch(request),
      origin: ORIGIN,
      credentials: { bearer },
    });
    const { id } = await client.add(calendar, meeting);
    expect((await refusal(client.moveToTrash(id))).status).toBe(403);
    await client.delete(id);
  });

  test('the browser of a signed-in person gets a token by PKCE, a stranger does not', async () => {
    const { liferay, annaId } = withClient();
    const verifier = 'a-verifier-of-the-browser';
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
    const query = new URLSearchParams({
      client_id: 'browser',
      response_type: 'code',
      prompt: 'none',
      code_challenge_method: 'S256',
      code_challenge: Buffer.from(digest).toString('base64url'),
    });
    const authorize = async (cookie: string) => {
      const answer = await liferay.fetch(
        new Request(`${ORIGIN}/o/oauth2/authorize?${query}`, { headers: { cookie } }),
      );
      return new URL(answer.headers.get('location') ?? ORIGIN).searchParams;
    };
    expect((await authorize('')).get('error')).toBe('login_required');
    const code = (await authorize(liferay.signIn(annaId).cookie)).get('code') ?? '';
    const redeem = (codeVerifier: string) =>
      liferay.fetch(
        new Request(`${ORIGIN}/o/oauth2/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            client_id: 'browser',
            code,
            code_verifier: codeVerifier,
            redirect_uri: `${ORIGIN}/o/oauth2/redirect`,
          }),
        }),
      );
    expect((await redeem(verifier)).status).toBe(200);
    expect((await redeem(verifier)).status).toBe(400);
  });

  test('the account resource tells roles and sites to a bearer only', async () => {
    const { liferay, annaId } = withClient();
    liferay.addSite({ name: 'Rooms', ownerUserId: annaId });
    const bearer = await liferay.issueUserToken(annaId, 'browser');
    const url = `${ORIGIN}/o/headless-admin-user/v1.0/my-user-account`;
    expect((await liferay.fetch(new Request(url))).status).toBe(401);
    const account = await (
      await liferay.fetch(new Request(url, { headers: { authorization: `Bearer ${bearer}` } }))
    ).json();
    expect(account).toMatchObject({
      id: annaId,
      emailAddress: 'anna@example.com',
      siteBriefs: [{ name: 'Rooms' }],
    });
  });
});

test('both emulators serve over HTTP; a lost reply breaks the connection after the deed', async () => {
  const emulators = await serveEmulators();
  try {
    const [anna] = emulators.people;
    const credentials = { user: anna?.screenName ?? '', password: anna?.password ?? '' };
    const client = new RawLiferayClient({ fetch, origin: emulators.liferayUrl, credentials });
    const [calendar] = await client.calendars();
    const { id } = await client.add(calendar?.id ?? '', meeting);
    emulators.liferay.faults.next(FAULTS.lostReply);
    await expect(client.delete(id)).rejects.toThrow(TypeError);
    expect(await client.fetch(id)).toBeNull();
    expect((await fetch(emulators.exchangeUrl, { method: 'POST' })).status).toBe(401);
  } finally {
    await emulators.close();
  }
});

describe('page, faults, counters', () => {
  test('the page embeds the client extension with its properties as attributes', async () => {
    const { liferay, annaId } = liferayStage();
    liferay.configurePage({
      clientExtension: {
        elementName: 'x-sync',
        scriptUrls: ['/main.js'],
        cssUrls: ['/main.css'],
        properties: { 'service-erc': 'a"b' },
        serviceUrl: 'http://service',
      },
      belowElement: (user) => `<p>${user.screenName}</p>`,
    });
    const open = async (cookie: string) =>
      (await liferay.fetch(new Request(`${ORIGIN}/web/guest/calendar-sync`, { headers: { cookie } }))).text();
    expect(await open('')).toContain('/c/portal/login?user=anna');
    const page = await open(liferay.signIn(annaId).cookie);
    expect(page).toContain('<x-sync service-erc="a&quot;b"></x-sync><p>anna</p>');
    expect(page).toContain('<script type="module" src="/main.js"></script>');
  });

  test('faults hit the requests they are ordered for, once', async () => {
    const { liferay, anna, calendar } = liferayStage();
    await anna.add(calendar, meeting);
    liferay.faults.next(FAULTS.emptyList, { command: /get-calendar-bookings$/ });
    expect((await anna.me()).screenName).toBe('anna');
    expect(await anna.listBookings(calendar)).toEqual([]);
    expect(await anna.listBookings(calendar)).toHaveLength(1);
    liferay.faults.next(FAULTS.http500);
    expect((await refusal(anna.me())).status).toBe(500);
    liferay.faults.next(FAULTS.lostReply);
    const [row] = await anna.listBookings(calendar).catch(() => []);
    expect(row).toBeUndefined();
    liferay.faults.next(FAULTS.lostReply, { command: /delete/ });
    const [{ id } = { id: '' }] = await anna.listBookings(calendar);
    await expect(anna.delete(id)).rejects.toThrow(TypeError);
    expect(await anna.fetch(id)).toBeNull();
  });

  test('counts HTTP requests, and commands inside a batch one by one', async () => {
    const { liferay, anna, calendar } = liferayStage();
    liferay.requests.reset();
    const command = { '/calendar.calendar/get-calendar': { calendarId: calendar } };
    await anna.invoke([command, command, { '/user/get-current-user': {} }]);
    expect(liferay.requests.http).toBe(1);
    expect(Object.fromEntries(liferay.requests.commands)).toEqual({
      'calendar/get-calendar': 2,
      'user/get-current-user': 1,
    });
  });

  test('with Basic authentication a request settles on microtasks alone', async () => {
    const { anna, calendar } = liferayStage();
    let isDone = false;
    void anna.add(calendar, meeting).then(() => {
      isDone = true;
    });
    for (let turn = 0; turn < 200 && !isDone; turn++) await Promise.resolve();
    expect(isDone).toBe(true);
  });
});
