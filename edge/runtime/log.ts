/**
 * The log: one JSON object a line on standard output, through LogTape. Secrets never belong into a log call; what
 * slips in all the same is taken out here, by the name of the field and by the look of the text.
 */
import { configureSync, getJsonLinesFormatter, getLogger, type LogLevel } from '@logtape/logtape';
import { JWT_PATTERN, type RedactionPattern, redactByField, redactByPattern } from '@logtape/redaction';
import type { Log } from '#core/effects.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LevelName = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  /** The least level that is written. */
  readonly level: LevelName;
  /** Takes one line, without a line break at its end. Default: `console.log`, standard output on every runtime. */
  readonly write?: (line: string) => void;
}

const REDACTED = '[redacted]';

const SECRET_FIELDS = [
  /passw|passphrase/i,
  /secret|private_?key/i,
  /token/i,
  /authori[sz]ation/i,
  /credential/i,
  /cookie/i,
  /sealed|seal_?key/i,
];

const SECRET_TEXTS: readonly RedactionPattern[] = [
  // "Basic authentication is off" is what servers say, not a credential.
  {
    pattern: /\b(Bearer|Basic|NTLM|Negotiate)\s+(?!auth|realm)[A-Za-z0-9+/=._~-]{4,}/gi,
    replacement: `$1 ${REDACTED}`,
  },
  {
    pattern: /\b((?:access_|refresh_|id_|auth_?)?token|client_secret|password|p_auth)=[^&\s"'\\]+/gi,
    replacement: `$1=${REDACTED}`,
  },
  { pattern: /(\/\/)[^/\s"@:]+:[^/\s"@]+@/g, replacement: `$1${REDACTED}@` },
  { pattern: JWT_PATTERN.pattern, replacement: REDACTED },
];

const LOGTAPE_LEVELS: Readonly<Record<LevelName, LogLevel>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  error: 'error',
};

/**
 * Sets LogTape up for this process and gives the log. LogTape knows one configuration for a process: a second
 * call takes the place of the first.
 */
export function createLog({ level, write = (line) => console.log(line) }: LogOptions): Log {
  const format = redactByPattern(
    getJsonLinesFormatter({ message: 'template', properties: 'nest:fields' }),
    SECRET_TEXTS,
  );
  configureSync({
    reset: true,
    sinks: {
      lines: redactByField((record) => write(format(record).trimEnd()), {
        fieldPatterns: SECRET_FIELDS,
        action: () => REDACTED,
      }),
    },
    loggers: [
      { category: ['connector'], lowestLevel: LOGTAPE_LEVELS[level], sinks: ['lines'] },
      { category: ['logtape', 'meta'], lowestLevel: 'warning', sinks: ['lines'] },
    ],
  });
  const logger = getLogger(['connector']);
  return {
    debug: (message, fields = {}) => logger.debug(message, fields),
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}
