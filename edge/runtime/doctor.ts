/**
 * `npm run doctor -- [--domain ID] [--mailbox a@b] [--write] [--json]`: "Test connection" with the configuration of the
 * service, of the domain that it describes unless another is named. One line for each step, in Italian where LC_ALL, LC_MESSAGES or LANG says so; no secrets.
 *
 * Exit code 0: nothing failed. 1: something did, or another doctor is looking at the same server. 2: the command or the
 * configuration is wrong, or the database is another process's: an embedded one belongs to the service while that runs,
 * which then is asked itself (POST /api/domains/ID/doctor).
 */
import { parseArgs } from 'node:util';
import { smtpAddress } from '#core/own-address.ts';
import { doctorTextsFor } from '#shared/texts/doctor.ts';
import { CONFIGURED_DOMAIN } from '#store/domains.ts';
import type { Config } from './config.ts';
import { doctorLines } from './doctor-lines.ts';
import { createLog } from './log.ts';
import { openNodeConnection } from './node-connection.ts';
import { createNodeConnectionProbe } from './node-connection-probe.ts';
import type { NodeDatabase } from './node-database.ts';
import { createNodeNetwork } from './node-network.ts';
import { CannotStart, configuration, configuredDatabase, runProgram } from './node-start.ts';
import { createPlatformEffects } from './platform-effects.ts';
import { createSeal } from './seal.ts';
import { createService, UnknownDomain } from './service.ts';

const USAGE = 'npm run doctor -- [--domain ID] [--mailbox user@example.com] [--write] [--json]';

interface Command {
  readonly domain: string;
  readonly mailbox: string | null;
  readonly write: boolean;
  readonly json: boolean;
}

/** @throws CannotStart */
function command(): Command {
  const { domain, mailbox, write, json } = optionsGiven();
  if (mailbox === undefined) {
    if (write) throw new CannotStart(['--write: needs a mailbox to write to; expected: --mailbox with it']);
    return { domain, mailbox: null, write, json };
  }
  const address = smtpAddress(mailbox);
  if (address === null) {
    throw new CannotStart(['--mailbox: is no address; expected: one such as user@example.com']);
  }
  return { domain, mailbox: address, write, json };
}

function optionsGiven() {
  try {
    const { values } = parseArgs({
      options: {
        domain: { type: 'string', default: CONFIGURED_DOMAIN },
        mailbox: { type: 'string' },
        write: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new CannotStart([`${error instanceof Error ? error.message : error}`, `expected: ${USAGE}`]);
  }
}

/** @throws CannotStart that names whom to ask instead where the service has the database */
async function ownDatabase(config: Config): Promise<NodeDatabase> {
  try {
    return await configuredDatabase(config);
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    throw new CannotStart([
      ...error.lines,
      'While the service runs on this file, ask it: POST /api/domains/ID/doctor.',
    ]);
  }
}

function unknownDomain(error: unknown): never {
  if (error instanceof UnknownDomain) throw new CannotStart([`--domain: ${error.message}`]);
  throw error;
}

async function main(): Promise<void> {
  const { domain, mailbox, write, json } = command();
  const config = await configuration();
  const texts = doctorTextsFor(
    process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '',
  );
  const seal = await createSeal(config.sealKeys);
  const effects = createPlatformEffects({ seal, log: createLog({ level: 'error' }) });
  const database = await ownDatabase(config);
  try {
    const service = await createService({
      config,
      effects,
      db: database.db,
      openConnection: openNodeConnection,
      network: createNodeNetwork(),
      connections: createNodeConnectionProbe(),
    });
    const report = await service.examine(domain, { mailbox, write }).catch(unknownDomain);
    if (report === null) {
      process.stderr.write(`${texts.busy}\n`);
      process.exitCode = 1;
      return;
    }
    const lines = json ? [JSON.stringify(report, null, 2)] : doctorLines(report, texts);
    process.stdout.write(`${lines.join('\n')}\n`);
    process.exitCode = report.healthy ? 0 : 1;
  } finally {
    database.close();
  }
}

await runProgram(main);
