/**
 * The token endpoint of one Microsoft Entra tenant, in process, as far as client credentials go. Written from
 * Microsoft Learn: "OAuth 2.0 client credentials flow", "Application authentication certificate credentials" and
 * "Microsoft Entra authentication and authorization error codes".
 */
import { X509Certificate } from 'node:crypto';
import { decodeProtectedHeader, importX509, jwtVerify } from 'jose';

export interface EntraApplication {
  readonly clientId: string;
  readonly secret?: string;
  /** PEM. */
  readonly certificate?: string;
  /** Scopes that an administrator consented to. */
  readonly scopes: readonly string[];
}

export interface EntraOptions {
  readonly clock: { now(): number };
  readonly ids: { uuid(): string };
  readonly tenant: string;
  readonly applications: readonly EntraApplication[];
  /** Seconds; an hour unless given. */
  readonly tokenLife?: number;
}

interface IssuedToken {
  readonly clientId: string;
  readonly audience: string;
  readonly until: number;
}

/** An OAuth error with the number that Entra gives it. */
class Refusal extends Error {
  readonly status: number;
  readonly error: string;
  readonly number: number;
  constructor(status: number, error: string, number: number) {
    super(`AADSTS${number}`);
    this.status = status;
    this.error = error;
    this.number = number;
  }
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export class EntraEmulator {
  readonly tokenUrl: string;
  /** Requests for a token since the start. */
  requests = 0;
  readonly #options: EntraOptions;
  readonly #issued = new Map<string, IssuedToken>();
  readonly #usedAssertions = new Set<string>();

  constructor(options: EntraOptions) {
    this.#options = options;
    this.tokenUrl = `https://login.microsoftonline.com/${options.tenant}/oauth2/v2.0/token`;
  }

  /** Tokens that were issued so far are refused from now on, as after a change of the application's rights. */
  revokeTokens(): void {
    this.#issued.clear();
  }

  /** The application that a token was issued to for this resource, for example `https://outlook.office365.com`. */
  applicationOf(token: string, resource: string): string | null {
    const issued = this.#issued.get(token);
    const isGood = issued?.audience === resource && issued.until > this.#options.clock.now();
    return isGood ? issued.clientId : null;
  }

  async fetch(request: Request): Promise<Response> {
    if (request.url !== this.tokenUrl || request.method !== 'POST') return new Response('', { status: 404 });
    this.requests += 1;
    try {
      return Response.json(await this.#issue(new URLSearchParams(await request.text())));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, message, number } = error;
      const description = `${message}: refused. Trace ID: ${this.#options.ids.uuid()}`;
      const body = { error: error.error, error_description: description, error_codes: [number] };
      return Response.json(body, { status });
    }
  }

  async #issue(form: URLSearchParams): Promise<object> {
    const { clock, ids, applications, tokenLife = 3600 } = this.#options;
    if (form.get('grant_type') !== 'client_credentials') {
      throw new Refusal(400, 'unsupported_grant_type', 70003);
    }
    const application = applications.find(({ clientId }) => clientId === form.get('client_id'));
    if (application === undefined) throw new Refusal(400, 'unauthorized_client', 700016);
    if (form.has('client_assertion')) await this.#verifyAssertion(form, application);
    else if (application.secret === undefined || form.get('client_secret') !== application.secret) {
      throw new Refusal(401, 'invalid_client', 7000215);
    }
    const scope = form.get('scope') ?? '';
    // Client credentials take a resource with /.default, and no single scopes.
    if (!scope.endsWith('/.default') || !application.scopes.includes(scope)) {
      throw new Refusal(400, 'invalid_scope', 1002012);
    }
    const token = `token-${ids.uuid()}`;
    const until = clock.now() + tokenLife * 1000;
    const audience = scope.slice(0, -'/.default'.length);
    this.#issued.set(token, { clientId: application.clientId, audience, until });
    return { token_type: 'Bearer', expires_in: tokenLife, ext_expires_in: tokenLife, access_token: token };
  }

  async #verifyAssertion(form: URLSearchParams, { certificate, clientId }: EntraApplication): Promise<void> {
    const invalid = new Refusal(401, 'invalid_client', 700027);
    const assertion = form.get('client_assertion') ?? '';
    if (certificate === undefined || form.get('client_assertion_type') !== ASSERTION_TYPE) throw invalid;
    const registered = new X509Certificate(certificate).fingerprint256.replaceAll(':', '');
    const header = decodeProtectedHeader(assertion);
    const named = Buffer.from(String(header['x5t#S256']), 'base64url').toString('hex').toUpperCase();
    if (named !== registered || header.typ !== 'JWT') throw invalid;
    const { payload } = await jwtVerify(assertion, await importX509(certificate, 'PS256'), {
      algorithms: ['PS256'],
      audience: this.tokenUrl,
      issuer: clientId,
      subject: clientId,
      requiredClaims: ['exp', 'nbf', 'iat', 'jti'],
      currentDate: new Date(this.#options.clock.now()),
    }).catch(() => {
      throw invalid;
    });
    if (this.#usedAssertions.has(String(payload.jti))) throw invalid;
    this.#usedAssertions.add(String(payload.jti));
  }
}
