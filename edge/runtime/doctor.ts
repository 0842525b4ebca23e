/**
 * `npm run doctor -- [--domain ID] [--mailbox a@b] [--write] [--json]`: "Test connection" with the configuration of the
 * service, of the domain that it describes unless another is named. One line for each step, in Italian where LC_ALL,
 * LC_MESSAGES or LANG says so; no secrets.
 *
 * Exit code 0: nothing failed. 1: something did, or another doctor is looking at the same server. 2: the command or the
 * configuration is wrong. An embedded database belongs to the service while that runs: with SERVICE_KEY the service is then
 * asked to look itself, and without one the command ends with 2.
 */
import { parseArgs } from 'node:util';
import { smtpAddress } from '#core/own-address.ts';
import { DoctorReport } from '#shared/doctor.ts';
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
import { ServiceRefused, serviceAt } from './service-client.ts';

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

/** Looks from here, with the service's own database. Null while another doctor looks at the server. */
async function lookFromHere(
  config: Config,
  database: NodeDatabase,
  { domain, mailbox, write }: Command,
): Promise<DoctorReport | null> {
  const seal = await createSeal(config.sealKeys);
  const effects = createPlatformEffects({ seal, log: createLog({ level: 'error' }) });
  const service = await createService({
    config,
    effects,
    db: database.db,
    openConnection: openNodeConnection,
    network: createNodeNetwork(),
    connections: createNodeConnectionProbe(),
  });
  return await service.examine(domain, { mailbox, write }).catch(unknownDomain);
}

/**
 * Lets the service look that has the database. Null while another doctor looks at the server.
 *
 * @throws CannotStart with both reasons when that cannot be
 */
async function askService(
  occupied: CannotStart,
  { domain, mailbox, write }: Command,
): Promise<DoctorReport | null> {
  if (!process.env['SERVICE_KEY']?.trim()) {
    throw new CannotStart([
      ...occupied.lines,
      'While the service runs on this file, give both of them a SERVICE_KEY, and it is asked itself; or use POST /api/domains/ID/doctor.',
    ]);
  }
  const body = { ...(mailbox === null ? {} : { mailbox }), write };
  const path = `/domains/${encodeURIComponent(domain)}/doctor`;
  try {
    return await serviceAt(process.env).ask('POST', path, DoctorReport, body);
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    if (error instanceof ServiceRefused && error.reason === 'doctorBusy') return null;
    throw new CannotStart([...occupied.lines, ...error.lines]);
  }
}

/** @throws CannotStart */
async function reportFor(command: Command): Promise<DoctorReport | null> {
  const config = await configuration();
  const database = await configuredDatabase(config).catch((error: unknown) => {
    if (error instanceof CannotStart) return error;
    throw error;
  });
  if (database instanceof CannotStart) return await askService(database, command);
  try {
    return await lookFromHere(config, database, command);
  } finally {
    database.close();
  }
}

function unknownDomain(error: unknown): never {
  if (error instanceof UnknownDomain) throw new CannotStart([`--domain: ${error.message}`]);
  throw error;
}

async function main(): Promise<void> {
  const told = command();
  const texts = doctorTextsFor(
    process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '',
  );
  const report = await reportFor(told);
  if (report === null) {
    process.stderr.write(`${texts.busy}\n`);
    process.exitCode = 1;
    return;
  }
  const lines = told.json ? [JSON.stringify(report, null, 2)] : doctorLines(report, texts);
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = report.healthy ? 0 : 1;
}

await runProgram(main);
