/** Who a request comes from: Basic, OAuth2 bearer, the portal's session, or Guest (the AuthVerifier pipeline). */
import type { Portal } from '../portal-model.ts';
import type { User } from '../portal-rows.ts';
import { GUEST_USER_ID } from '../portal-rows.ts';

export interface AccessToken {
  readonly userId: number;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface Session {
  readonly id: string;
  readonly userId: number;
  /** `Liferay.authToken`, the value of `p_auth`. */
  readonly authToken: string;
}

export type Authentication =
  | {
      readonly kind: 'identified';
      readonly user: User;
      readonly by: 'basic' | 'bearer' | 'session' | 'guest';
      /** Only of a bearer. */
      readonly scopes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly body: string };

export const SESSION_COOKIE = 'JSESSIONID';

export class Identities {
  readonly #portal: Portal;
  readonly #sessions = new Map<string, Session>();
  readonly #tokens = new Map<string, AccessToken>();

  constructor(portal: Portal) {
    this.#portal = portal;
  }

  signIn(userId: number): Session {
    const { ids } = this.#portal;
    const session = { id: ids.uuid(), userId, authToken: ids.uuid().slice(0, 8) };
    this.#sessions.set(session.id, session);
    return session;
  }

  signOut(session: Session): void {
    this.#sessions.delete(session.id);
  }

  sessionOf(request: Request): Session | null {
    const cookies = request.headers.get('cookie') ?? '';
    const id = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([^;]+)`).exec(cookies)?.[1];
    return id === undefined ? null : (this.#sessions.get(id) ?? null);
  }

  remember(token: string, access: AccessToken): void {
    this.#tokens.set(token, access);
  }

  /** Null when unknown or expired by the portal's clock. */
  accessOf(token: string): AccessToken | null {
    const access = this.#tokens.get(token);
    return access && access.expiresAt > this.#portal.clock.now() ? access : null;
  }

  guest(): Authentication {
    const user = this.#portal.model.users.get(GUEST_USER_ID);
    if (!user) throw new Error('The portal has no guest user.');
    return { kind: 'identified', user, by: 'guest', scopes: [] };
  }

  authenticate(request: Request): Authentication {
    const [scheme = '', credentials = ''] = (request.headers.get('authorization') ?? '').split(/\s+/, 2);
    if (scheme.toLowerCase() === 'bearer') return this.#byToken(credentials);
    if (scheme.toLowerCase() === 'basic') return this.#byPassword(credentials);
    const session = this.sessionOf(request);
    const user = session && this.#portal.model.users.get(session.userId);
    return user ? { kind: 'identified', user, by: 'session', scopes: [] } : this.guest();
  }

  #byToken(token: string): Authentication {
    const access = this.accessOf(token);
    const user = access && this.#portal.model.users.get(access.userId);
    if (!access || !user) return { kind: 'refused', status: 401, body: '' };
    return { kind: 'identified', user, by: 'bearer', scopes: access.scopes };
  }

  #byPassword(credentials: string): Authentication {
    const { switches, model } = this.#portal;
    if (!switches.basicEnabled) return this.guest();
    const [name = '', ...rest] = decodeBase64(credentials).split(':');
    const user = model.userByName(name);
    if (!user || user.password !== rest.join(':'))
      return switches.silentGuest ? this.guest() : { kind: 'refused', status: 401, body: '' };
    if (user.passwordReset) return { kind: 'refused', status: 403, body: '{}' };
    return { kind: 'identified', user, by: 'basic', scopes: [] };
  }
}

function decodeBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}
