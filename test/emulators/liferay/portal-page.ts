/**
 * The portal's one page, `/web/guest/calendar-sync`, with the client extension embedded as `CustomElementCETPortlet`
 * does it: a custom element in light DOM whose properties are attributes, module and style sheet in the head.
 */
import { readFileSync } from 'node:fs';
import type { Identities, Session } from './access/authentication.ts';
import { SESSION_COOKIE } from './access/authentication.ts';
import type { OAuthServer } from './access/oauth.ts';
import type { Portal } from './portal-model.ts';
import type { User } from './portal-rows.ts';
import { COMPANY_ID, fullName, GUEST_USER_ID } from './portal-rows.ts';

export interface ClientExtension {
  /** `htmlElementName`. */
  readonly elementName: string;
  /** Loaded as modules. */
  readonly scriptUrls: readonly string[];
  readonly cssUrls: readonly string[];
  /** Each becomes an attribute, name as it is, value a string. */
  readonly properties: Readonly<Record<string, string>>;
  /** Where the microservice listens: the only origin that gets the user's token. */
  readonly serviceUrl: string;
}

export interface PortalPageSettings {
  readonly clientExtension: ClientExtension | null;
  /** Style sheet of the theme; a few lines of our own where none is given. */
  readonly themeCss?: string;
  /** Clay's icon sprite (SVG), for `Liferay.Icons.spritemap`. */
  readonly themeIcons?: string;
  /** Files of the client extension and of the page, by path; null: no such file. */
  readonly assets?: (path: string) => { readonly body: string; readonly type: string } | null;
  /** HTML that the page shows below the element, for the signed-in user. */
  readonly belowElement?: (user: { readonly userId: number; readonly screenName: string }) => string;
}

export const PAGE_PATH = '/web/guest/calendar-sync';
const THEME_PATH = '/o/emulator-theme/css/main.css';
const ICONS_PATH = '/o/emulator-theme/images/clay/icons.svg';
const NO_ICONS = '<svg xmlns="http://www.w3.org/2000/svg"></svg>';
const GLOBAL_PATH = '/o/frontend-js-web/liferay.js';

const PLAIN_THEME = `body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#272833;background:#f7f8f9}
.container-fluid-max-xl{max-width:1248px;margin:0 auto;padding:24px}
.control-menu{display:flex;gap:16px;align-items:center;padding:8px 24px;background:#fff;border-bottom:1px solid #e7e7ed}
.btn{display:inline-block;padding:6px 16px;border:1px solid #cdced9;border-radius:4px;background:#fff;color:inherit;text-decoration:none}
[class=sr-only]{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.sheet{background:#fff;border:1px solid #e7e7ed;border-radius:4px;padding:24px}`;

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** JSON inside a script element: `<` must not open or close anything. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function html(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/html;charset=UTF-8' } });
}

export class PortalPage {
  readonly #portal: Portal;
  readonly #identities: Identities;
  readonly #oauth: OAuthServer;
  readonly #origin: string;
  #settings: PortalPageSettings = { clientExtension: null };

  constructor(portal: Portal, identities: Identities, oauth: OAuthServer, origin: string) {
    this.#portal = portal;
    this.#identities = identities;
    this.#oauth = oauth;
    this.#origin = origin;
  }

  configure(settings: PortalPageSettings): void {
    this.#settings = settings;
  }

  /** Null for a path that is not the page's business. */
  fetch(request: Request, url: URL): Response | null {
    switch (url.pathname) {
      case '/':
        return this.#redirect(PAGE_PATH, null);
      case PAGE_PATH:
        return this.#page(this.#identities.sessionOf(request));
      case '/c/portal/login':
        return this.#signIn(url.searchParams.get('user') ?? '');
      case '/c/portal/logout':
        return this.#signOut(request);
      case THEME_PATH:
        return this.#asset(this.#settings.themeCss ?? PLAIN_THEME, 'text/css');
      case ICONS_PATH:
        return this.#asset(this.#settings.themeIcons ?? NO_ICONS, 'image/svg+xml');
      case GLOBAL_PATH:
        return this.#asset(
          readFileSync(new URL('./liferay-global.js', import.meta.url), 'utf8'),
          'text/javascript',
        );
      default: {
        const asset = this.#settings.assets?.(url.pathname);
        return asset ? this.#asset(asset.body, asset.type) : null;
      }
    }
  }

  #asset(body: string, type: string): Response {
    return new Response(body, { headers: { 'content-type': `${type};charset=UTF-8` } });
  }

  #redirect(location: string, cookie: string | null): Response {
    const headers = new Headers({ location });
    if (cookie !== null) headers.set('set-cookie', cookie);
    return new Response(null, { status: 302, headers });
  }

  #signIn(name: string): Response {
    const user = this.#portal.model.userByName(name);
    if (!user || user.userId === GUEST_USER_ID) return html(200, this.#signInPage());
    const session = this.#identities.signIn(user.userId);
    return this.#redirect(PAGE_PATH, `${SESSION_COOKIE}=${session.id}; Path=/; HttpOnly; SameSite=Lax`);
  }

  #signOut(request: Request): Response {
    const session = this.#identities.sessionOf(request);
    if (session) this.#identities.signOut(session);
    return this.#redirect(PAGE_PATH, `${SESSION_COOKIE}=; Path=/; HttpOnly; Max-Age=0`);
  }

  #page(session: Session | null): Response {
    const user = session && this.#portal.model.users.get(session.userId);
    if (!session || !user) return html(200, this.#signInPage());
    const extension = this.#settings.clientExtension;
    const below = this.#settings.belowElement?.(user) ?? '';
    const bar = `<nav class="control-menu navbar"><span class="navbar-brand">Liferay</span><span>${escapeHtml(fullName(user))}</span><a class="btn btn-secondary btn-sm" href="/c/portal/logout" data-senna-off="true">Sign Out</a></nav>`;
    const element = extension ? elementTag(extension) : '';
    const main = `<main class="container-fluid container-fluid-max-xl" id="content"><h1 class="sr-only">Calendar Sync</h1>${element}${below}</main>`;
    return html(200, this.#document('Calendar Sync', user.languageId, this.#head(session, user), bar + main));
  }

  #signInPage(): string {
    const accounts = [...this.#portal.model.users.values()]
      .filter((user) => user.userId !== GUEST_USER_ID && !this.#oauth.isServiceUser(user.userId))
      .map((user) => {
        const href = `/c/portal/login?user=${encodeURIComponent(user.screenName)}`;
        const roles = user.roles.map((role) => ` <b>${escapeHtml(role)}</b>`);
        return `<li class="mb-3"><a class="btn btn-secondary" href="${escapeHtml(href)}">${escapeHtml(fullName(user))}</a> ${escapeHtml(user.emailAddress)}${roles.join('')}</li>`;
      });
    const body = `<main class="container-fluid container-fluid-max-xl mt-4"><div class="sheet"><h1 class="sheet-title">Sign In</h1><ul class="list-unstyled">${accounts.join('')}</ul></div></main>`;
    return this.#document('Sign In', 'en_US', '', body);
  }

  #document(title: string, languageId: string, head: string, body: string): string {
    const language = languageId.replace('_', '-');
    return `<!DOCTYPE html><html lang="${language}" dir="ltr"><head><meta charset="UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} - Liferay</title><link rel="stylesheet" href="${THEME_PATH}">${head}</head><body>${body}</body></html>`;
  }

  /** The global comes first: modules may read it at once. */
  #head(session: Session, user: User): string {
    const extension = this.#settings.clientExtension;
    const scripts = (extension?.scriptUrls ?? []).map(
      (url) => `<script type="module" src="${escapeHtml(url)}"></script>`,
    );
    const sheets = (extension?.cssUrls ?? []).map(
      (url) => `<link rel="stylesheet" href="${escapeHtml(url)}" type="text/css">`,
    );
    return `<script>window.__liferay=${scriptJson(this.#state(session, user))}</script><script src="${GLOBAL_PATH}"></script>${sheets.join('')}${scripts.join('')}`;
  }

  /** What the server writes into the page for the `Liferay` global; ids are strings there. */
  #state(session: Session, user: User): Record<string, unknown> {
    return {
      authToken: session.authToken,
      themeDisplay: {
        userId: String(user.userId),
        userName: fullName(user),
        languageId: user.languageId,
        companyId: String(COMPANY_ID),
        scopeGroupId: String(user.groupId),
        portalURL: this.#origin,
      },
      redirectUri: this.#oauth.redirectUri,
      serviceUrl: this.#settings.clientExtension?.serviceUrl ?? this.#origin,
    };
  }
}

function elementTag(extension: ClientExtension): string {
  const attributes = Object.entries(extension.properties)
    .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    .join('');
  return `<${extension.elementName}${attributes}></${extension.elementName}>`;
}
