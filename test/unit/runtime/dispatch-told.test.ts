/** On Workers: what a server tells wakes a slice, a moment later, when its mailbox is due. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dispatchTold, type SyncMessage } from '#runtime/dispatch.ts';
import { SILENT } from '#test/simulation/world.ts';
import { addDomain, addMailbox, openStore, type StoreUnderTest } from '#test/unit/store/store-under-test.ts';

const NOW = 1_000_000;
let store: StoreUnderTest;

beforeEach(async () => {
  store = await openStore('file');
  for (const id of ['default', 'other', 'quiet']) await addDomain(store.db, id);
});
afterEach(() => store.close());

it('sends one message for each domain with something due within a second, delayed by that', async () => {
  await addMailbox(store.db, { id: 'a', nextSyncAt: NOW + 200 });
  await addMailbox(store.db, { id: 'b', nextSyncAt: NOW + 1_000 });
  await addMailbox(store.db, { id: 'c', nextSyncAt: NOW + 900, domainId: 'other' });
  await addMailbox(store.db, { id: 'd', nextSyncAt: NOW + 5_000, domainId: 'quiet' });
  const sent: [SyncMessage, unknown][] = [];
  const clock = { now: () => NOW, monotonic: () => NOW, sleep: async () => {} };
  await dispatchTold({
    db: store.db,
    effects: { clock, ids: { uuid: () => 'id' }, log: SILENT },
    queue: {
      send: async (message: SyncMessage, options?: unknown) => {
        sent.push([message, options]);
      },
    },
  });
  const message = (domainId: string) => [{ id: 'id', domainId, mark: null }, { delaySeconds: 1 }];
  expect(sent).toHaveLength(2);
  expect(sent).toEqual(expect.arrayContaining([message('default'), message('other')]));
});
