/**
 * The port to the service that tells where a mailbox is: from its address to the EWS endpoint, or to Exchange
 * Online. Failing is an answer here, with each step on the way, because a person reads it ("Test connection").
 */
import type { Failure } from '#core/failure.ts';
import type { AddressReach } from '#core/ip-address.ts';
import type { Reason } from '#shared/reasons.ts';
import type { MailboxServer } from './mailbox-calendar.port.ts';

/** What the domain's administrator decided. */
export interface AutodiscoverRules {
  /**
   * Hosts to which requests and the sign-in may go, each with everything below it: `example.org` is also
   * `mail.example.org`. The domain of the address itself is not among them unless it is named. Empty: nowhere.
   */
  readonly releasedHosts: readonly string[];
  /** `public` unless the servers are in the administrator's own network. */
  readonly reach: AddressReach;
  /** Which of the two URLs that a server names is tried first: for clients outside its network, or inside. */
  readonly prefer: 'external' | 'internal';
}

/** What is asked for. */
export interface AutodiscoverRequest {
  /** SMTP address of the mailbox. */
  readonly address: string;
  /** Null: only what is told without signing in, which Exchange before 2016 does not do. */
  readonly signIn: MailboxServer['signIn'] | null;
  readonly rules: AutodiscoverRules;
  /** Where the last search found it: asked first. */
  readonly lastSource?: AutodiscoverSource;
}

/** The three services that can answer. Exchange 2007 has `pox` alone, 2010 and 2013 no `json`. */
export type AutodiscoverProtocol = 'json' | 'pox' | 'soap';

/** Who named the endpoint. */
export interface AutodiscoverSource {
  readonly protocol: AutodiscoverProtocol;
  readonly url: string;
}

/** What one step of a search was about. */
export type AutodiscoverStepKind =
  | AutodiscoverProtocol
  /** GET without HTTPS and without sign-in, which may only lead elsewhere. */
  | 'plainRedirect'
  /** Service records of the DNS. */
  | 'services'
  /** Whether there is an EWS at the URL that was named; without sign-in. */
  | 'endpoint';

/** One step of a search, for people to read. */
export interface AutodiscoverStep {
  readonly what: AutodiscoverStepKind;
  /** Without query. Of `services` the name that was looked up. */
  readonly url: string;
  readonly signedIn: boolean;
  /** What came of it. `refused`: nothing was sent, because a rule forbids it. */
  readonly outcome: 'found' | 'answered' | 'redirected' | 'signInAsked' | 'failed' | 'refused';
  /** Of `failed` and `refused`. */
  readonly reason: Reason | null;
  /** One line without secrets. */
  readonly detail: string;
  readonly milliseconds: number;
}

/** Where the mailbox is. */
export type MailboxPlace =
  | {
      readonly kind: 'onPremises';
      /** The SMTP address that the server knows the mailbox by; another one after a redirection. */
      readonly address: string;
      /** An https URL on a released host, at which something asks for a sign-in. */
      readonly endpoint: string;
      /** Schemes that the endpoint offers, in lower case, such as `basic`, `ntlm`, `negotiate`; none if it did not ask. */
      readonly signInSchemes: readonly string[];
      readonly source: AutodiscoverSource;
    }
  | { readonly kind: 'exchangeOnline'; readonly address: string; readonly source: AutodiscoverSource };

/** `hostsToRelease`: named by servers on the way, and not released; an administrator may want to. */
export type AutodiscoverResult = { readonly steps: readonly AutodiscoverStep[] } & (
  | { readonly kind: 'found'; readonly place: MailboxPlace }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly hostsToRelease: readonly string[] }
);

/** Finds where a mailbox is. Never rejects for what a server or the network does; bounded in time and requests. */
export type Autodiscover = (request: AutodiscoverRequest) => Promise<AutodiscoverResult>;

/** A place as it is kept between runs, with the times of the last search that found it and of the last at all. */
export interface RememberedPlace {
  readonly place: MailboxPlace;
  readonly foundAtMs: number;
  readonly searchedAtMs: number;
}

/** Where places are kept, by the address that was asked for. The store implements it. */
export interface WhereaboutsMemory {
  recall(address: string): Promise<RememberedPlace | null>;
  remember(address: string, place: RememberedPlace): Promise<void>;
}

/** `moved`: not where it was. `notFound`: a search failed, and the place is the one that was known. */
export type Whereabouts =
  | {
      readonly kind: 'found';
      readonly place: MailboxPlace;
      readonly moved: boolean;
      readonly notFound?: Failure;
      readonly steps: readonly AutodiscoverStep[];
    }
  | (AutodiscoverResult & { readonly kind: 'failed' });

/** Where a mailbox is; `failed`: why the last request to it failed, null where none did. Rejects with errors of the memory. */
export type MailboxWhereabouts = (
  request: AutodiscoverRequest,
  failed: Reason | null,
) => Promise<Whereabouts>;
