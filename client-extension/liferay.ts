/**
 * What the page around the elements offers: Liferay's `ThemeDisplay` and its OAuth 2 client. Read when an
 * element is connected, never at module load: with Liferay's single-page navigation the module is evaluated once
 * while the user, the language and the page change around it.
 */

/** Of `Liferay.ThemeDisplay`, what the elements use. Ids are strings. */
interface ThemeDisplay {
  isSignedIn(): boolean;
  getUserId(): string;
  getLanguageId(): string;
  getPathContext?(): string;
  /** The site of the page. */
  getScopeGroupId?(): string | number;
  getPathThemeImages?(): string;
}

/**
 * `Liferay.OAuth2Client.FromUserAgentApplication(…)`. `fetch` takes a path below the application's home page
 * URL, adds the bearer token, resolves to the parsed body when it is `application/json`, else to the Response,
 * and *rejects with the Response* when that is not ok. Headers must be a plain object (Liferay: OAuth2Client.ts).
 */
export interface OAuth2Client {
  fetch(path: string, options?: RequestInit): Promise<unknown>;
}

interface OAuth2Module {
  FromUserAgentApplication(externalReferenceCode: string): OAuth2Client | Promise<OAuth2Client>;
}

interface LiferayGlobal {
  readonly ThemeDisplay?: ThemeDisplay;
  readonly OAuth2Client?: OAuth2Module;
  readonly Icons?: { readonly spritemap?: string };
}

declare global {
  // A `var`, because Liferay's pages set it on the window.
  var Liferay: LiferayGlobal | undefined;
}

export interface Portal {
  readonly signedIn: boolean;
  readonly userId: string;
  /** As Liferay writes it: "it_IT". */
  readonly languageId: string;
  readonly signInUrl: string;
  /** Address of Clay's icon sheet, where the page tells it. */
  readonly spritemap: string | undefined;
}

/** Outside a portal page everybody is a guest. */
export function readPortal(): Portal {
  const themeDisplay = globalThis.Liferay?.ThemeDisplay;
  return {
    signedIn: themeDisplay?.isSignedIn() ?? false,
    userId: themeDisplay?.getUserId() ?? '',
    languageId: themeDisplay?.getLanguageId() ?? document.documentElement.lang,
    signInUrl: `${themeDisplay?.getPathContext?.() ?? ''}/c/portal/login`,
    spritemap: globalThis.Liferay?.Icons?.spritemap ?? themeSpritemap(themeDisplay),
  };
}

/** Where Clay's themes keep their sheet, for portals that do not say so. */
function themeSpritemap(themeDisplay: ThemeDisplay | undefined): string | undefined {
  const images = themeDisplay?.getPathThemeImages?.();
  return images === undefined ? undefined : `${images}/clay/icons.svg`;
}

/** The module's name in the import map of portals from 2025.Q2 on, where the global is deprecated. */
const OAUTH2_MODULE = '@liferay/oauth2-provider-web/client';

/**
 * The client for the user agent application with this external reference code.
 * @throws when the portal has no such application, or is none.
 */
export async function oauth2Client(externalReferenceCode: string): Promise<OAuth2Client> {
  const oauth2 = globalThis.Liferay?.OAuth2Client ?? (await importOAuth2Module());
  return await oauth2.FromUserAgentApplication(externalReferenceCode);
}

async function importOAuth2Module(): Promise<OAuth2Module> {
  // The page's import map knows this name and the bundler must not look for it.
  const name: string = OAUTH2_MODULE;
  return await import(/* @vite-ignore */ name);
}
