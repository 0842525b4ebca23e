/**
 * `npm run rotate-keys`: after a new key was put first in SEAL_KEYS, seals all sign-ins and tokens in the database with
 * it, so that the old keys can be taken out. An embedded database belongs to one process: the service is stopped
 * meanwhile. On a libSQL server it may go on, with the same SEAL_KEYS.
 */
import { resealAll } from '#store/reseal.ts';
import { CannotStart, configuration, configuredDatabase, runProgram } from './node-start.ts';
import { createSeal } from './seal.ts';

async function main(): Promise<void> {
  const config = await configuration();
  const seal = await createSeal(config.sealKeys);
  const database = await configuredDatabase(config);
  try {
    const { signIns, tokens, dropped, unopened } = await resealAll(database.db, seal);
    const key = config.sealKeys[0]?.id;
    process.stdout.write(
      `Sealed anew with key "${key}": sign-ins ${signIns}, tokens ${tokens}. Dropped, since no key opens them: tokens ${dropped}.\n`,
    );
    if (unopened.length > 0) {
      throw new CannotStart(
        unopened.map(
          ({ domainId, problem }) =>
            `SEAL_KEYS: the sign-in of the Exchange domain "${domainId}" stays as it is. ${problem} Put its key back behind the others, or save the domain's sign-in anew.`,
        ),
      );
    }
  } finally {
    database.close();
  }
}

await runProgram(main);
