/** What the emulated Exchange keeps of an item, and by what it finds it. */
import { describe, expect, test } from 'vitest';
import type { NewRawEvent, RawExchangeOptions } from '#test/raw/exchange-client.ts';
import { lunch, ROME, STAMP_SET, startServer } from './exchange-emulator-stage.ts';

describe('text', () => {
  test.each([
    'plain',
    '  blanks at both ends  ',
    'a < b && c > d ]]> "quoted" \'single\'',
    'line one\nline two\n\n',
    'carriage\r\nreturn',
    'emoji 😀 and 漢字 and é',
    '&amp; &#65; &lt;already escaped&gt;',
    '<b>not html</b>',
  ])('a text body survives: %j', async (body) => {
    const { client } = startServer();
    const { id } = await client().create({ ...lunch, body });
    expect((await client().get(id)).body).toBe(body);
  });

  test('an HTML body is read as text with its lines', async () => {
    const { client } = startServer();
    const body = '<p>One &amp; two</p><p>three<br>four</p>';
    const { id } = await client().create({ ...lunch, body, bodyType: 'HTML' });
    expect((await client().get(id)).body).toBe('One & two\nthree\nfour');
  });

  test.each([
    [true, 'two lines'],
    [false, '  two\nlines '],
  ])(
    'a subject is one trimmed line if the server normalises it (%s)',
    async (normalisesSingleLines, subject) => {
      const { client } = startServer({ normalisesSingleLines });
      const { id } = await client().create({ ...lunch, subject: '  two\nlines ' });
      expect((await client().get(id)).subject).toBe(subject);
    },
  );

  test.each(['&#x1;', '&#0;', '\u0008', '&nbsp;', '<open>'])(
    'XML that is none is refused: %j',
    async (bad) => {
      const { client } = startServer();
      const request = client().call(`<m:CreateItem>${bad}</m:CreateItem>`);
      await expect(request).rejects.toMatchObject({ code: 'ErrorInvalidRequest' });
    },
  );
});

describe('times', () => {
  const single = { subject: 'T', start: '2026-07-01T09:00:00', end: '2026-07-01T10:00:00' };

  test('since 2010 a floating time is meant in the item zone, else in the context, else in UTC', async () => {
    const { client } = startServer();
    const start = async (options: Partial<RawExchangeOptions>, event: NewRawEvent): Promise<string> => {
      const { id } = await client(options).create(event);
      return (await client().get(id)).start;
    };
    const context = { timeZoneContext: 'Eastern Standard Time' };
    expect(await start(context, { ...single, zone: ROME })).toBe('2026-07-01T07:00:00Z');
    expect(await start(context, single)).toBe('2026-07-01T13:00:00Z');
    expect(await start({}, single)).toBe('2026-07-01T09:00:00Z');
    expect(await start(context, { ...single, start: '2026-07-01T09:00:00+02:00' })).toBe(
      '2026-07-01T07:00:00Z',
    );
  });

  test('in 2007 it is meant in MeetingTimeZone, else in UTC, and the context counts for nothing', async () => {
    const { client } = startServer({}, 'Exchange2007_SP1');
    const options = { version: 'Exchange2007_SP1', timeZoneContext: 'Eastern Standard Time' };
    const zoned = await client(options).create({ ...single, zone: ROME });
    const bare = await client(options).create(single);
    expect((await client(options).get(zoned.id)).start).toBe('2026-07-01T07:00:00Z');
    expect((await client(options).get(bare.id)).start).toBe('2026-07-01T09:00:00Z');
  });

  test('an all-day event is rounded to midnights of the zone in which it is made', async () => {
    const { client } = startServer();
    const event = { subject: 'D', start: '2026-10-25T08:00:00', end: '2026-10-25T17:00:00', zone: ROME };
    const { id } = await client().create({ ...event, allDay: true });
    const read = await client().get(id);
    // The day of the change from summer time has 25 hours.
    expect([read.start, read.end]).toEqual(['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z']);
  });

  test('an end before its start is refused', async () => {
    const { client } = startServer();
    const refused = client().create({ ...lunch, end: '2026-11-23T11:00:00' });
    await expect(refused).rejects.toMatchObject({ code: 'ErrorCalendarEndDateIsEarlierThanStartDate' });
  });

  test('WorkingElsewhere is no value for a client of 2010', async () => {
    const { client } = startServer();
    const refused = client({ version: 'Exchange2010_SP2' }).create({ ...lunch, showAs: 'WorkingElsewhere' });
    await expect(refused).rejects.toMatchObject({ code: 'ErrorSchemaValidation' });
    const { id } = await client().create({ ...lunch, showAs: 'WorkingElsewhere' });
    expect((await client().get(id)).showAs).toBe('WorkingElsewhere');
  });
});

describe('search', () => {
  const stamp = (value: string) => ({ set: STAMP_SET, name: 'syncId', value });

  test('items are found by their stamps, in their folder only', async () => {
    const { emulator, client } = startServer();
    const side = emulator.addCalendar('anna@example.org', 'Side');
    const one = await client().create({ ...lunch, stamps: [stamp('1')] });
    const two = await client().create({ ...lunch, stamps: [stamp('2')] });
    await client().create({ ...lunch, stamps: [stamp('1')] }, side.id);
    expect((await client().findByStamp([stamp('1')])).map(({ id }) => id)).toEqual([one.id]);
    const both = await client().findByStamp([stamp('1'), stamp('2'), stamp('3')]);
    expect(both.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
  });

  test('a copy made in Outlook carries the stamp under another UID', async () => {
    const { emulator, client } = startServer();
    const { id } = await client().create({ ...lunch, uid: 'first', stamps: [stamp('1')] });
    emulator.userActs.copyItem(id);
    expect(await client().findByStamp([stamp('1')])).toHaveLength(2);
    const uids = (await client().listItems()).map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(2);
  });

  test('the UID itself is not searchable', async () => {
    const { client } = startServer();
    const refused = client().call(
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="calendar:UID"/><t:FieldURIOrConstant><t:Constant Value="x"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>',
    );
    await expect(refused).rejects.toMatchObject({ code: 'ErrorUnsupportedPathForQuery' });
  });
});
