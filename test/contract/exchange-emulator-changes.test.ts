/** Writing to the emulated Exchange, and how SyncFolderItems tells of it. */
import { describe, expect, test } from 'vitest';
import { lunch, startServer } from './exchange-emulator-stage.ts';

describe('SyncFolderItems', () => {
  test('pages from newest to oldest and then knows what changed', async () => {
    const { client } = startServer();
    const ids: string[] = [];
    for (let index = 0; index < 5; index++)
      ids.push((await client().create({ ...lunch, subject: `E${index}` })).id);
    const first = await client().sync('calendar', undefined, 2);
    const second = await client().sync('calendar', first.state, 2);
    const third = await client().sync('calendar', second.state, 2);
    const seen = [first, second, third].flatMap(({ created }) => created.map(({ id }) => id));
    expect(seen).toEqual(ids.reverse());
    expect([first.isLast, second.isLast, third.isLast]).toEqual([false, false, true]);
    const idle = await client().sync('calendar', third.state);
    expect(idle).toEqual({ created: [], updated: [], deleted: [], state: third.state, isLast: true });
  });

  test('many changes of one item are told once', async () => {
    const { client } = startServer();
    const { state } = await client().sync('calendar');
    const item = await client().create(lunch);
    for (const subject of ['a', 'b', 'c']) await client().update(item, { subject });
    const gone = await client().create(lunch);
    await client().delete(gone);
    const changes = await client().sync('calendar', state);
    expect(changes.created.map(({ id }) => id)).toEqual([item.id]);
    expect([changes.updated, changes.deleted]).toEqual([[], []]);
  });

  test('nothing is lost when the folder changes between two pages', async () => {
    const { client } = startServer();
    const items = [];
    for (let index = 0; index < 6; index++)
      items.push(await client().create({ ...lunch, subject: `E${index}` }));
    const known = new Set<string>();
    let state: string | undefined;
    let isLast = false;
    for (let page = 0; !isLast; page++) {
      const changes = await client().sync('calendar', state, 2);
      for (const { id } of changes.created) known.add(id);
      for (const { id } of changes.updated) expect(known).toContain(id);
      for (const id of changes.deleted) expect(known.delete(id)).toBe(true);
      ({ state, isLast } = changes);
      const [untold, told] = [items[page], items[5 - page]];
      if (page < 2 && untold !== undefined) await client().update(untold, { subject: 'changed' });
      if (page === 1 && told !== undefined) await client().delete(told);
    }
    expect([...known].sort()).toEqual((await client().listItems()).map(({ id }) => id).sort());
  });

  test('a state of another folder, or none at all, is invalid', async () => {
    const { emulator, client } = startServer();
    const side = emulator.addCalendar('anna@example.org', 'Side');
    const { state } = await client().sync(side.id);
    const invalid = { code: 'ErrorInvalidSyncStateData' };
    await expect(client().sync('calendar', state)).rejects.toMatchObject(invalid);
    await expect(client().sync('calendar', 'AAAA')).rejects.toMatchObject(invalid);
  });

  test('a change elsewhere in the mailbox leaves the state as it is', async () => {
    const { emulator, client } = startServer();
    const side = emulator.addCalendar('anna@example.org', 'Side');
    await client().create(lunch);
    const { state } = await client().sync('calendar');
    await client().create(lunch, side.id);
    expect((await client().sync('calendar', state)).state).toBe(state);
  });
});

describe('writes', () => {
  test('NeverOverwrite refuses a stale change key and takes the present one', async () => {
    const { client } = startServer();
    const item = await client().create(lunch);
    const touched = await client().update(item, { subject: 'Outlook' });
    expect(touched.changeKey).not.toBe(item.changeKey);
    const stale = client().update(item, { location: 'Hall' }, 'SendToNone', 'NeverOverwrite');
    await expect(stale).rejects.toMatchObject({ code: 'ErrorIrresolvableConflict' });
    await client().update(touched, { location: 'Hall' }, 'SendToNone', 'NeverOverwrite');
    expect(await client().get(item.id)).toMatchObject({ subject: 'Outlook', location: 'Hall' });
  });

  test('a change key that is none is told apart from a stale one', async () => {
    const { client } = startServer();
    const { id } = await client().create(lunch);
    const refused = client().update({ id, changeKey: 'nonsense' }, { subject: 'x' });
    await expect(refused).rejects.toMatchObject({ code: 'ErrorInvalidChangeKey' });
  });

  test('ids are told apart by case alone', async () => {
    const { client } = startServer();
    const ids = [];
    for (let index = 0; index < 4; index++)
      ids.push((await client().create({ ...lunch, subject: `E${index}` })).id);
    const folded = new Set(ids.map((id) => id.toLowerCase()));
    expect(folded.size).toBeLessThan(ids.length);
    const read = await client().getMany(ids);
    expect(read.map(({ subject }) => subject)).toEqual(['E0', 'E1', 'E2', 'E3']);
  });

  test('the assistant may touch a new item once', async () => {
    const { client } = startServer({ assistantTouchesNewItems: true });
    const item = await client().create(lunch);
    const refused = client().update(item, { subject: 'x' }, 'SendToNone', 'NeverOverwrite');
    await expect(refused).rejects.toMatchObject({ code: 'ErrorIrresolvableConflict' });
    const { changeKey } = await client().get(item.id);
    await client().update({ id: item.id, changeKey }, { subject: 'x' }, 'SendToNone', 'NeverOverwrite');
  });

  test('every field is written, read back and taken away again', async () => {
    const { client } = startServer();
    const item = await client().create(lunch);
    const fields = {
      subject: 'Full',
      body: 'Text',
      location: 'Room 1',
      showAs: 'OOF',
      sensitivity: 'Private',
      categories: ['Red', 'Blue & green'],
      reminderMinutes: 30,
    } as const;
    await client().update(item, fields);
    expect(await client().get(item.id)).toMatchObject(fields);
    await client().update(item, { categories: [], reminderMinutes: null, location: '' });
    expect(await client().get(item.id)).toMatchObject({
      categories: [],
      reminderMinutes: null,
      location: '',
    });
  });

  test('two properties in one change are refused', async () => {
    const { client } = startServer();
    const { id, changeKey } = await client().create(lunch);
    const two = '<t:Subject>a</t:Subject><t:Location>b</t:Location>';
    const refused = client().call(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}" ChangeKey="${changeKey}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:CalendarItem>${two}</t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    await expect(refused).rejects.toMatchObject({ code: 'ErrorIncorrectUpdatePropertyCount' });
  });

  test('writes to calendar items must say who gets mail', async () => {
    const { client } = startServer();
    const { id, changeKey } = await client().create(lunch);
    const itemId = `<t:ItemId Id="${id}" ChangeKey="${changeKey}"/>`;
    const requests = [
      [
        'ErrorSendMeetingInvitationsRequired',
        '<m:CreateItem><m:Items><t:CalendarItem/></m:Items></m:CreateItem>',
      ],
      [
        'ErrorSendMeetingInvitationsOrCancellationsRequired',
        `<m:UpdateItem ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange>${itemId}<t:Updates><t:DeleteItemField><t:FieldURI FieldURI="item:Body"/></t:DeleteItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      ],
      [
        'ErrorSendMeetingCancellationsRequired',
        `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds>${itemId}</m:ItemIds></m:DeleteItem>`,
      ],
    ] as const;
    for (const [code, request] of requests)
      await expect(client().call(request)).rejects.toMatchObject({ code });
  });

  test('a deleted item has a new id in Deleted Items and the same when it is restored as UID', async () => {
    const { emulator, client } = startServer();
    const item = await client().create({ ...lunch, uid: 'our-uid@example.org' });
    const { state } = await client().sync('calendar');
    await client().delete(item);
    expect((await client().sync('calendar', state)).deleted).toEqual([item.id]);
    await expect(client().get(item.id)).rejects.toMatchObject({ code: 'ErrorItemNotFound' });
    const [deleted] = await client().listItems('deleteditems');
    expect(deleted?.uid).toBe('our-uid@example.org');
    expect(deleted?.id).not.toBe(item.id);
    emulator.userActs.restoreItem(deleted?.id ?? '');
    const [restored] = await client().listItems();
    expect(restored?.uid).toBe('our-uid@example.org');
    expect(restored?.id).not.toBe(item.id);
  });

  test('where a move to Deleted Items shows as an update, the item says in which folder it is', async () => {
    const { client } = startServer({ moveToDeletedItems: 'update' });
    const item = await client().create(lunch);
    const { folderId } = await client().get(item.id);
    const { state } = await client().sync('calendar');
    await client().delete(item);
    expect((await client().sync('calendar', state)).updated.map(({ id }) => id)).toEqual([item.id]);
    expect((await client().get(item.id)).folderId).not.toBe(folderId);
  });

  test.each([true, false])('the UID of a create is kept (%s)', async (keepsUidOnCreate) => {
    const { client } = startServer({ keepsUidOnCreate });
    const { id } = await client().create({ ...lunch, uid: 'our-uid' });
    expect((await client().get(id)).uid === 'our-uid').toBe(keepsUidOnCreate);
  });
});
