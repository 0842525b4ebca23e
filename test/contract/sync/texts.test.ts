/** Texts that break programs: each has to arrive on the other side as it was, and to stay there. */
import { describe, expect, test } from 'vitest';
import { hourFrom, IDLE, Stage } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');

/** Texts of one line. */
const LINES: Readonly<Record<string, string>> = {
  markup: '<b>not bold</b> & "quoted" \'twice\' <script>go()</script>',
  'an end of a character data section': 'a ]]> b <![CDATA[ c',
  'character references': '&amp; &#x41; &lt;br&gt; &nbsp;',
  emoji: 'Party 🎉 👩‍👩‍👧‍👦 🏳️‍🌈',
  'right-to-left text': 'اجتماع مجلس الإدارة \u202eabc\u202c שלום',
  'combining characters': 'Cafe\u0301 A\u030a Z\u0351\u036b\u0343\u036a',
  'inner blanks': 'two  blanks and a no-break\u00a0space',
  'placeholders of other systems': '{{y}} [%z%] %s \\n \\u0041 [$TITLE$] ###',
  'a long line': 'x'.repeat(255),
};

/** Texts of many lines. */
const TEXTS: Readonly<Record<string, string>> = {
  ...LINES,
  'blank edges': '  two blanks before and two behind  ',
  'empty lines at the edges and within': '\n\nfirst\n\n\nlast\n\n',
  'tabs and indentation': '\tone\n\t\ttwo\n    three',
  'no text but blanks': '   ',
  '100 kB': `${'All work and no play makes Jack a dull boy. '.repeat(2_340)}\nend`,
};

describe.each(Object.entries(TEXTS))('a description: %s', (_name, text) => {
  test('from Exchange to Liferay', async () => {
    const stage = await Stage.open();
    stage.create({ subject: 'Event', start, end, body: { type: 'Text', text } });
    await stage.round();
    expect(stage.inLiferay()[0]?.text).toBe(text);
    expect(stage.item('Event').content.body.text).toBe(text);
    await expectRest(stage);
  });

  test('from Liferay to Exchange', async () => {
    const stage = await Stage.open();
    stage.book({ title: 'Event', startTime: start, endTime: end, description: htmlOf(text) });
    await stage.round();
    expect(stage.inExchange()[0]?.text).toBe(text);
    await expectRest(stage);
  });
});

describe.each(Object.entries(LINES))('a title and a place: %s', (_name, line) => {
  test('from Exchange to Liferay', async () => {
    const stage = await Stage.open();
    stage.create({ subject: line, location: line, start, end });
    await stage.round();
    expect(stage.inLiferay()).toMatchObject([{ title: line, location: line }]);
    await expectRest(stage);
  });

  test('from Liferay to Exchange', async () => {
    const stage = await Stage.open();
    stage.book({ title: line, location: line, startTime: start, endTime: end });
    await stage.round();
    expect(stage.inExchange()).toMatchObject([{ title: line, location: line }]);
    await expectRest(stage);
  });
});

describe('what no server can hold is left out, and the rest arrives', () => {
  test('control characters from Exchange', async () => {
    const stage = await Stage.open();
    const dirty = 'be\u0007ep \u0000nul \u001bescape';
    stage.create({ subject: dirty, location: dirty, start, end, body: { type: 'Text', text: dirty } });
    await stage.round();
    const [copy] = stage.inLiferay();
    for (const text of [copy?.title, copy?.text, copy?.location]) {
      expect(text).not.toMatch(/\p{Cc}/u);
      expect(text?.replaceAll(' ', '')).toBe('beepnulescape');
    }
    await expectRest(stage);
  });

  test('control characters from Liferay', async () => {
    const stage = await Stage.open();
    const dirty = 'be\u0007ep \u0001one \u001bescape';
    stage.book({ title: dirty, location: dirty, startTime: start, endTime: end, description: dirty });
    await stage.round();
    const [copy] = stage.inExchange();
    for (const text of [copy?.title, copy?.text, copy?.location]) {
      expect(text).not.toMatch(/\p{Cc}/u);
      expect(text?.replaceAll(' ', '')).toBe('beeponeescape');
    }
    await expectRest(stage);
  });

  test('line ends of Windows are line ends', async () => {
    const stage = await Stage.open();
    stage.create({ subject: 'Event', start, end, body: { type: 'Text', text: 'one\r\ntwo\r\n\r\nfour' } });
    await stage.round();
    expect(stage.inLiferay()[0]?.text).toBe('one\ntwo\n\nfour');
    await expectRest(stage);
  });

  test('a server that ends lines with CRLF is no editor', async () => {
    const stage = await Stage.open({ exchange: { bodyLinesEndInCrLf: true } });
    stage.book({ title: 'Event', startTime: start, endTime: end, description: htmlOf('one\ntwo\nthree') });
    await stage.round();
    await expectRest(stage);
  });

  test('one-line texts lose blanks at their edges and nothing else', async () => {
    const stage = await Stage.open({ exchange: { normalisesSingleLines: false } });
    stage.create({ subject: '  Board  meeting ', location: ' Room  1  ', start, end });
    stage.book({ title: '  Lunch  break ', location: ' Room  2  ', startTime: start, endTime: end });
    await stage.round();
    expect(stage.row('Board  meeting').location).toBe('Room  1');
    expect(stage.item('Lunch  break').content.location).toBe('Room  2');
    await expectRest(stage);
  });

  test('an event without any text is copied without any', async () => {
    const stage = await Stage.open();
    stage.create({ subject: '', start, end });
    await stage.round();
    expect(stage.inLiferay()).toMatchObject([{ text: '', location: '', when: `${start}-${end}` }]);
    await expectRest(stage);
  });
});

test("a text that Liferay's sanitiser would take for script is shown whole, and stays whole in Exchange", async () => {
  const stage = await Stage.open();
  const text = 'See javascript:alert(1) for more, and set onclick= too';
  stage.create({ subject: 'Event', start, end, body: { type: 'Text', text } });
  await stage.round();
  expect(stage.inLiferay()[0]?.text).toBe(text);
  await expectRest(stage);
  stage.rebook('Event', { title: 'Renamed' });
  await stage.round();
  expect(stage.item('Renamed').content.body.text).toBe(text);
});

test("an edit of the title leaves a description's markup in Liferay as its author wrote it", async () => {
  const stage = await Stage.open();
  const description =
    '<p>An <b>important</b> <a href="https://example.com/">link</a></p><ul><li>one</li></ul>';
  stage.book({ title: 'Event', startTime: start, endTime: end, description });
  await stage.round();
  stage.world.exchange.userActs.changeItem(stage.item('Event').id, { subject: 'Renamed' });
  await stage.round();
  expect(Object.values(stage.row('Renamed').descriptions)).toEqual([description]);
});

async function expectRest(stage: Stage): Promise<void> {
  expect(await stage.parked()).toEqual([]);
  const before = [stage.inExchange(), stage.inLiferay()];
  await stage.round();
  expect(await stage.traffic()).toMatchObject(IDLE);
  expect([stage.inExchange(), stage.inLiferay()]).toEqual(before);
}

/** As an editor in which white space counts stores it. */
function htmlOf(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<div style="white-space: pre-wrap">${escaped.replaceAll('\n', '<br>')}</div>`;
}
