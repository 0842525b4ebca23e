/** What the log may say of an error, whichever layer it comes from. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { failure, RemoteFailure } from '#core/failure.ts';
import { withoutStatement } from '#store/database-error.ts';
import { openStore } from './store-under-test.ts';

test('a statement that failed is told without the values in it', async () => {
  const { db, close } = await openStore('file');
  const error = await db
    .run(sql`insert into nowhere values (${'dentist'})`)
    .catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('dentist');
  expect(withoutStatement(error)).toMatch(/no such table: nowhere/);
  expect(withoutStatement(error)).not.toContain('dentist');
  await close();
});

test('a connection that failed is told with its cause, in one line', () => {
  const error = new TypeError('fetch failed', { cause: new Error('connect\nECONNREFUSED') });
  expect(withoutStatement(error)).toBe('TypeError: fetch failed: connect ECONNREFUSED');
});

test('of a remote failure only its detail is told', () => {
  const error = new RemoteFailure(failure('unreachable', 'portal.example.com'), {
    cause: new Error('Bearer s3cret'),
  });
  expect(withoutStatement(error)).toBe('RemoteFailure: unreachable: portal.example.com');
});
