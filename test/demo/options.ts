/** The command line of `npm run demo`. */
import { parseArgs } from 'node:util';
import { CannotStart, DEFAULT_PORT } from './stage.ts';

export interface DemoOptions {
  /** 0: any free ports. */
  readonly port: number;
  readonly once: boolean;
  readonly json: boolean;
  readonly help: boolean;
  readonly icsFiles: readonly string[];
}

export const USAGE = `npm run demo [-- options]

  --port N      The page's port; the Exchange emulator and the service take the two after it. Default: ${DEFAULT_PORT}
  --ics FILE    Puts the events of a calendar file into the first mailbox. May be repeated.
  --once        Without a browser: pairs, makes changes on both sides and checks that all arrive. Any free ports.
  --json        With --once: the result as JSON on standard output, and nothing else there.
  --help        This text.

Exit codes: 0 done, or stopped with Ctrl-C; 1 with --once, something did not arrive; 2 cannot start as asked.
`;

/** @throws CannotStart for what it does not know */
export function readOptions(args: readonly string[]): DemoOptions {
  const { port, once = false, json = false, help = false, ics = [] } = parsed(args);
  if (json && !once) throw new CannotStart('--json goes with --once.');
  return { port: portOf(port, once ? 0 : DEFAULT_PORT), once, json, help, icsFiles: ics };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        ics: { type: 'string', multiple: true },
        once: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new CannotStart(`${error instanceof Error ? error.message : error} --help tells what there is.`);
  }
}

function portOf(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_533) return port;
  throw new CannotStart(`--port takes a number from 0 to 65533, not "${text}".`);
}
