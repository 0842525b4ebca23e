/**
 * The part of the browser's `Liferay` global that client extensions use: ThemeDisplay, Util, Language, events and
 * the OAuth2 client (`oauth2-provider-web/OAuth2Client.ts`). The page's server writes `window.__liferay` before.
 */
(() => {
  const state = window.__liferay;
  const { themeDisplay } = state;
  const listeners = new Map();

  function on(name, listener) {
    listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    return { detach: () => detach(name, listener) };
  }

  function detach(name, listener) {
    const kept = listener ? (listeners.get(name) ?? []).filter((known) => known !== listener) : [];
    listeners.set(name, kept);
  }

  function fire(name, payload = {}) {
    for (const listener of listeners.get(name) ?? []) listener(payload);
  }

  function openToast({ title = '', message = '', type = 'success', autoClose = 8000 }) {
    const region = document.getElementById('ToastAlertContainer') ?? document.createElement('div');
    region.id = 'ToastAlertContainer';
    region.className = 'alert-container container';
    region.setAttribute('role', 'status');
    if (!region.isConnected) document.body.append(region);
    const toast = document.createElement('div');
    toast.className = `alert alert-dismissible alert-${type}`;
    const lead = document.createElement('strong');
    lead.className = 'lead';
    lead.textContent = title;
    toast.append(lead, ` ${message}`);
    region.append(toast);
    if (autoClose) setTimeout(() => toast.remove(), autoClose === true ? 8000 : autoClose);
  }

  function base64Url(bytes) {
    return btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  }

  class OAuth2Client {
    constructor(erc) {
      this.erc = erc;
      this.application = null;
      this.token = null;
    }

    async #application() {
      const query = new URLSearchParams({ externalReferenceCode: this.erc });
      this.application ??= await (await fetch(`/o/oauth2/application?${query}`)).json();
      return this.application;
    }

    async #authorize(clientId, verifier) {
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
      const query = new URLSearchParams({
        client_id: clientId,
        code_challenge: base64Url(new Uint8Array(digest)),
        code_challenge_method: 'S256',
        prompt: 'none',
        redirect_uri: state.redirectUri,
        response_type: 'code',
      });
      const landed = new URL((await fetch(`/o/oauth2/authorize?${query}`)).url);
      const code = landed.searchParams.get('code');
      if (code === null) throw new Error(landed.searchParams.get('error') ?? 'No authorization code');
      return code;
    }

    async _getOrRequestToken() {
      if (this.token && this.token.expires_after_ms > Date.now()) return this.token;
      const { client_id: clientId } = await this.#application();
      const verifier = base64Url(crypto.getRandomValues(new Uint8Array(32)));
      const code = await this.#authorize(clientId, verifier);
      const answer = await fetch('/o/oauth2/token', {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: clientId,
          code,
          code_verifier: verifier,
          redirect_uri: state.redirectUri,
        }),
      });
      if (!answer.ok) throw answer;
      const token = await answer.json();
      this.token = { ...token, expires_after_ms: Date.now() + token.expires_in * 1000 - 10_000 };
      return this.token;
    }

    async fetch(resource, options = {}) {
      const { homePageURL } = await this.#application();
      const home = homePageURL || state.serviceUrl;
      const url = new URL(resource, `${home}/`);
      if (url.origin !== new URL(home).origin) throw new Error(`Not the application's origin: ${url.origin}`);
      const token = await this._getOrRequestToken();
      const headers = new Headers(options.headers);
      headers.set('Authorization', `Bearer ${token.access_token}`);
      const response = await fetch(url, { ...options, headers });
      if (!response.ok) throw response;
      const type = response.headers.get('content-type') ?? '';
      return type.includes('application/json') ? response.json() : response;
    }
  }

  const spritemap = `${themeDisplay.portalURL}/o/emulator-theme/images/clay/icons.svg`;
  const clients = new Map();

  window.Liferay = {
    authToken: state.authToken,
    ThemeDisplay: {
      getUserId: () => themeDisplay.userId,
      getUserName: () => themeDisplay.userName,
      isSignedIn: () => true,
      getLanguageId: () => themeDisplay.languageId,
      getBCP47LanguageId: () => themeDisplay.languageId.replace('_', '-'),
      getCompanyId: () => themeDisplay.companyId,
      getScopeGroupId: () => themeDisplay.scopeGroupId,
      getSiteGroupId: () => themeDisplay.scopeGroupId,
      getPathContext: () => '',
      getPortalURL: () => themeDisplay.portalURL,
      getPathThemeImages: () => `${themeDisplay.portalURL}/o/emulator-theme/images`,
      getCDNBaseURL: () => themeDisplay.portalURL,
    },
    Icons: { spritemap },
    Language: { get: (key) => key },
    Util: {
      openToast,
      fetch: (resource, options = {}) => {
        const headers = new Headers(options.headers);
        headers.set('x-csrf-token', state.authToken);
        return fetch(resource, { credentials: 'same-origin', ...options, headers });
      },
      SessionStorage: sessionStorage,
    },
    OAuth2Client: {
      FromUserAgentApplication: (erc) => {
        const client = clients.get(erc) ?? new OAuth2Client(erc);
        clients.set(erc, client);
        return client;
      },
    },
    on,
    detach,
    fire,
  };
})();
