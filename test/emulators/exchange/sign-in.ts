/**
 * How the emulated server finds out who sends a request. IIS offers what is switched on for the EWS virtual directory,
 * one WWW-Authenticate header for each (PowerShell, Set-WebServicesVirtualDirectory); Exchange itself reads bearer
 * tokens (Microsoft Learn, "Authenticate an EWS application by using OAuth").
 */
import { NtlmServer } from './ntlm-server.ts';

export interface Account {
  readonly user: string;
  readonly password: string;
  /** SMTP address of the account's own mailbox; a service account may have none. */
  readonly mailbox?: string;
  /** Holds the ApplicationImpersonation role. */
  readonly mayImpersonate?: boolean;
  /** SMTP addresses of other mailboxes that it has full access to. */
  readonly opens?: readonly string[];
}

/** Who acts: a person's or service's account, or an application, which has no mailbox. */
export interface Caller {
  /** Whose requests the server counts together: the account's user name, or the application's id. */
  readonly account: string;
  readonly mailbox: string | undefined;
  readonly mayImpersonate: boolean;
  readonly isApplication: boolean;
  readonly opens: readonly string[];
}

export type SignInScheme = 'Basic' | 'NTLM' | 'Negotiate' | 'Bearer';

export interface SignInOptions {
  /** Basic alone unless given. Negotiate is offered only: nobody here has a Kerberos ticket. */
  readonly schemes?: readonly SignInScheme[];
  /** The application that a bearer token was issued to; null refuses it. Needed with Bearer. */
  readonly applicationOf?: (token: string) => string | null;
  /** The challenge of NTLM tells the time, and so wants a MIC (Windows 2008 and newer). True unless given. */
  readonly ntlmTellsTime?: boolean;
  /** Every request is to sign in again, also on a connection that has (IIS, authPersistSingleRequest). */
  readonly forgetsConnections?: boolean;
}

export class SignInDesk {
  readonly #accounts = new Map<string, Account>();
  readonly #options: SignInOptions;
  readonly #schemes: readonly SignInScheme[];
  readonly #ntlm: NtlmServer<Account>;

  constructor(clock: { now(): number }, options: SignInOptions = {}) {
    this.#options = options;
    this.#schemes = options.schemes ?? ['Basic'];
    this.#ntlm = new NtlmServer(clock, options.ntlmTellsTime ?? true);
  }

  add(account: Account): void {
    this.#accounts.set(account.user.toLowerCase(), account);
  }

  /** The caller, or the answer that asks for a sign-in. */
  receive(request: Request, connection: object): Caller | Response {
    const [, scheme = '', token = ''] =
      /^(\S+)\s+(.+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
    const offered = this.#schemes.find((each) => each.toLowerCase() === scheme.toLowerCase());
    switch (offered) {
      case 'Basic':
        return this.#basic(token) ?? this.unauthorised();
      case 'Bearer':
        return this.#bearer(token) ?? this.unauthorised();
      case 'NTLM':
        return this.#stepOfNtlm(connection, token);
      default: {
        const known = this.#options.forgetsConnections ? null : this.#ntlm.accountOn(connection);
        return known === null || scheme !== '' ? this.unauthorised() : callerOf(known);
      }
    }
  }

  unauthorised(ntlmChallenge?: string): Response {
    const headers = new Headers();
    for (const scheme of this.#schemes) headers.append('WWW-Authenticate', challenges[scheme]);
    if (ntlmChallenge !== undefined) headers.set('WWW-Authenticate', `NTLM ${ntlmChallenge}`);
    return new Response('', { status: 401, headers });
  }

  #basic(token: string): Caller | null {
    let text: string;
    try {
      text = new TextDecoder().decode(Uint8Array.from(atob(token), (character) => character.charCodeAt(0)));
    } catch {
      return null;
    }
    const colon = text.indexOf(':');
    const account = this.#accounts.get(text.slice(0, colon).toLowerCase());
    return account !== undefined && account.password === text.slice(colon + 1) ? callerOf(account) : null;
  }

  #bearer(token: string): Caller | null {
    const application = this.#options.applicationOf?.(token) ?? null;
    if (application === null) return null;
    return { account: application, mailbox: undefined, mayImpersonate: true, isApplication: true, opens: [] };
  }

  #stepOfNtlm(connection: object, token: string): Caller | Response {
    const step = this.#ntlm.step(connection, token, [...this.#accounts.values()]);
    if (step.kind === 'signedIn') return callerOf(step.account);
    return step.kind === 'challenge' ? this.unauthorised(step.message) : this.unauthorised();
  }
}

const challenges: Readonly<Record<SignInScheme, string>> = {
  Basic: 'Basic realm="exchange"',
  NTLM: 'NTLM',
  Negotiate: 'Negotiate',
  Bearer:
    'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", token_types="app_asserted_user_v1 service_asserted_app_v1"',
};

function callerOf({ user, mailbox, mayImpersonate = false, opens = [] }: Account): Caller {
  return { account: user, mailbox, mayImpersonate, isApplication: false, opens };
}
