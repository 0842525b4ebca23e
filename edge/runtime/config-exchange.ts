/**
 * The part of the configuration that says how to sign in to Exchange: which variables belong to which sign-in, and
 * what comes of them.
 */
import type { ApplicationProof, ExchangeSignIn } from '#core/exchange-access.ts';
import type { ConfigProblem } from './config.ts';
import type { CertificateWithKey } from './config-values.ts';

export const EXCHANGE_SIGN_INS = ['basic', 'ntlm', 'oauth'] as const;
type SignInKind = (typeof EXCHANGE_SIGN_INS)[number];

/** The values of its variables; those of another sign-in are absent once `exchangeProblems` found none. */
export interface ExchangeSignInValues {
  readonly EXCHANGE_SIGN_IN: SignInKind;
  readonly EXCHANGE_USER?: string | undefined;
  readonly EXCHANGE_PASSWORD?: string | undefined;
  readonly EXCHANGE_CLIENT_ID?: string | undefined;
  readonly EXCHANGE_CLIENT_SECRET?: string | undefined;
  readonly EXCHANGE_CLIENT_CERTIFICATE?: CertificateWithKey | undefined;
  readonly EXCHANGE_TOKEN_URL?: string | undefined;
  readonly EXCHANGE_SCOPE?: string | undefined;
}

type Variable = Exclude<keyof ExchangeSignInValues, 'EXCHANGE_SIGN_IN'>;

const PASSWORD_VARIABLES: readonly Variable[] = ['EXCHANGE_USER', 'EXCHANGE_PASSWORD'];
const APPLICATION_VARIABLES: readonly Variable[] = ['EXCHANGE_CLIENT_ID', 'EXCHANGE_TOKEN_URL'];
const PROOF_VARIABLES: readonly Variable[] = ['EXCHANGE_CLIENT_SECRET', 'EXCHANGE_CLIENT_CERTIFICATE'];

const REQUIRED: Readonly<Record<SignInKind, readonly Variable[]>> = {
  basic: PASSWORD_VARIABLES,
  ntlm: PASSWORD_VARIABLES,
  oauth: APPLICATION_VARIABLES,
};
const BELONGING: Readonly<Record<SignInKind, readonly Variable[]>> = {
  basic: PASSWORD_VARIABLES,
  ntlm: PASSWORD_VARIABLES,
  oauth: [...APPLICATION_VARIABLES, ...PROOF_VARIABLES, 'EXCHANGE_SCOPE'],
};

/** Whether the variables describe an Exchange domain at all. */
export function describesExchange(given: Readonly<Record<string, string>>): boolean {
  return Object.keys(given).some((name) => name.startsWith('EXCHANGE_'));
}

/** What is missing, and what is there that belongs to something else. */
export function exchangeProblems(
  given: Readonly<Record<string, string>>,
  keepsConnections: boolean,
): ConfigProblem[] {
  if (!describesExchange(given)) return orphans(given);
  return [...placeProblems(given), ...signInProblems(given, keepsConnections)];
}

/** What belongs to a domain that is not described. */
function orphans(given: Readonly<Record<string, string>>): ConfigProblem[] {
  if (given['SITE_MAILBOXES'] === undefined) return [];
  const expected = 'EXCHANGE_ variables too, or releases by the API';
  return [{ variable: 'SITE_MAILBOXES', problem: 'releases mailboxes of no Exchange domain', expected }];
}

/** The server is named, or the hosts at which Autodiscover may find it are. */
function placeProblems(given: Readonly<Record<string, string>>): ConfigProblem[] {
  const isNamed = given['EXCHANGE_URL'] !== undefined;
  if (!isNamed && given['EXCHANGE_RELEASED_HOSTS'] === undefined) {
    const expected =
      'the EWS endpoint, or EXCHANGE_RELEASED_HOSTS with the hosts at which Autodiscover may find it';
    return [{ variable: 'EXCHANGE_URL', problem: 'is not set', expected }];
  }
  const ofAutodiscover = isNamed ? ['EXCHANGE_RELEASED_HOSTS', 'EXCHANGE_PREFER'] : [];
  return ofAutodiscover
    .filter((variable) => given[variable] !== undefined)
    .map((variable) => ({
      variable,
      problem: 'is for Autodiscover, and EXCHANGE_URL names the server',
      expected: 'one of the two',
    }));
}

function signInProblems(given: Readonly<Record<string, string>>, keepsConnections: boolean): ConfigProblem[] {
  const chosen = given['EXCHANGE_SIGN_IN'] ?? 'basic';
  const kind = EXCHANGE_SIGN_INS.find((each) => each === chosen);
  if (kind === undefined) return [];
  const problems: ConfigProblem[] = REQUIRED[kind]
    .filter((variable) => given[variable] === undefined)
    .map((variable) => ({ variable, problem: 'is not set', expected: `a value for sign-in by ${kind}` }));
  if (kind === 'ntlm' && !keepsConnections) {
    const problem = 'NTLM signs in a connection, and this runtime keeps none';
    problems.push({
      variable: 'EXCHANGE_SIGN_IN',
      problem,
      expected: 'basic or oauth, or the service on Node',
    });
  }
  const others = EXCHANGE_SIGN_INS.flatMap((each) => BELONGING[each]);
  for (const variable of new Set(others)) {
    if (given[variable] === undefined || BELONGING[kind].includes(variable)) continue;
    const fitting = EXCHANGE_SIGN_INS.filter((each) => BELONGING[each].includes(variable)).join(' or ');
    const expected = `EXCHANGE_SIGN_IN=${fitting}, or none of it`;
    problems.push({ variable, problem: `is not for sign-in by ${kind}`, expected });
  }
  return kind === 'oauth' ? [...problems, ...applicationProblems(given)] : problems;
}

function applicationProblems(given: Readonly<Record<string, string>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const proofs = PROOF_VARIABLES.filter((variable) => given[variable] !== undefined);
  if (proofs.length !== 1) {
    problems.push({
      variable: 'EXCHANGE_CLIENT_SECRET',
      problem: proofs.length === 0 ? 'is not set' : 'there is a certificate too',
      expected: `one of ${PROOF_VARIABLES.join(' and ')}`,
    });
  }
  if (given['EXCHANGE_IMPERSONATE'] === 'false') {
    problems.push({
      variable: 'EXCHANGE_IMPERSONATE',
      problem: 'an application has no mailbox access of its own',
      expected: 'true, principalName or sid for sign-in by oauth',
    });
  }
  return problems;
}

/** The sign-in of values without problems. */
export function exchangeSignIn(values: ExchangeSignInValues): ExchangeSignIn {
  const { EXCHANGE_SIGN_IN: kind } = values;
  if (kind !== 'oauth') {
    return { kind, user: values.EXCHANGE_USER ?? '', password: values.EXCHANGE_PASSWORD ?? '' };
  }
  return {
    kind,
    tokenUrl: values.EXCHANGE_TOKEN_URL ?? '',
    clientId: values.EXCHANGE_CLIENT_ID ?? '',
    scope: values.EXCHANGE_SCOPE ?? null,
    proof: proofIn(values),
  };
}

function proofIn(values: ExchangeSignInValues): ApplicationProof {
  const { EXCHANGE_CLIENT_CERTIFICATE: certificate, EXCHANGE_CLIENT_SECRET: secret = '' } = values;
  return certificate === undefined ? { kind: 'secret', secret } : { kind: 'certificate', ...certificate };
}
