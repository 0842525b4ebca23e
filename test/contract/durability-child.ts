/** The process that durability.test.ts kills: `node durability-child.ts <database file> <first number>`. */
import { writeSync } from 'node:fs';
import { createClient } from '@libsql/client';
import { audit } from '#drizzle/schema.ts';
import { lockDatabaseFile } from '#runtime/node-lock.ts';
import { fencedCommit } from '#store/commit.ts';
import { openDatabase } from '#store/database.ts';
import { claimCohort } from '#store/leases.ts';

const [path = '', first = '0'] = process.argv.slice(2);
await lockDatabaseFile(path);
// Waits for locks as the service does: those of a killed process may outlast it by a moment.
const db = openDatabase(createClient({ url: `file:${path}`, timeout: 1_000 }));
const [claimed] = await claimCohort(db, { owner: first, nowMs: Number(first) + 1, leaseMs: 1, limit: 1 });
if (claimed === undefined) throw new Error('The mailbox was not due.');
for (let number = Number(first); ; number += 1) {
  const row = (twin: string) =>
    db.insert(audit).values({ id: `${number}-${twin}`, at: 0, userId: '', action: '', subject: '' });
  const outcome = await fencedCommit(db, claimed.lease, [row('a'), row('b')]);
  if (outcome !== 'committed') throw new Error(outcome);
  writeSync(1, `${number}\n`);
}
