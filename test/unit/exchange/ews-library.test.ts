/** What it costs to have the EWS library. */
import { expect, test, vi } from 'vitest';
import { openEwsMailbox } from '#exchange/ews/ews-mailbox.adapter.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { inert, SERVER, scripted, soap, success } from './scripted-exchange.ts';

const loads = vi.hoisted(() => ({ count: 0 }));
vi.mock('ews-javascript-api', (importOriginal) => {
  loads.count += 1;
  return importOriginal();
});

const PAGE =
  '<m:SyncState>H4sI</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes/>';
const page = soap('SyncFolderItems', success('SyncFolderItems', PAGE));

test('the library is loaded with the first request, and once for all mailboxes', async () => {
  openEwsMailbox(inert(), memoryEwsPorts())(SERVER, 'anna@example.org', 'UTC');
  expect(loads.count).toBe(0);
  const scripts = [scripted([page]), scripted([page])];
  await Promise.all(scripts.map(({ mailbox }) => mailbox.changes('AQAt=', null)));
  expect(loads.count).toBe(1);
});

test('the first page of changes is asked for without a sync state', async () => {
  const script = scripted([page, page]);
  await script.mailbox.changes('AQAt=', null);
  await script.mailbox.changes('AQAt=', 'H4s=');
  const bodies = script.sent.map(({ request }) => request.body);
  expect(bodies[0]).not.toContain('SyncState');
  expect(bodies[1]).toContain('<m:SyncState>H4s=</m:SyncState>');
});

test('texts are escaped once, also when our module is loaded again beside the same library', async () => {
  await scripted([page]).mailbox.changes('AQAt=', null);
  vi.resetModules();
  const again = await import('./scripted-exchange.ts');
  const script = again.scripted([page]);
  await script.mailbox.changes('a&b', null);
  expect(script.sent[0]?.request.body).toContain('Id="a&amp;b"');
});
