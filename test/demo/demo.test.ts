/** What `npm run demo` promises on the command line, run as people run it: as a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { readIcs } from './ics.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

const Result = v.object({
  propagated: v.number(),
  expected: v.number(),
  idle: v.boolean(),
  push: v.object({ changes: v.number(), p50: v.number(), p95: v.number() }),
  changes: v.array(
    v.object({
      name: v.string(),
      direction: v.string(),
      arrived: v.boolean(),
      problem: v.nullable(v.string()),
    }),
  ),
});

function demo(...args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { maxBuffer: 1 << 24 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

test('every change of --once arrives on the other side, then nothing moves', {
  timeout: 300_000,
}, async () => {
  const { code, stdout, stderr } = await demo('--once', '--json');
  expect(stderr).not.toContain('Error');
  const { propagated, expected, idle, changes } = v.parse(Result, JSON.parse(stdout));
  expect(changes.filter(({ arrived }) => !arrived)).toEqual([]);
  expect({ propagated, idle, code }).toEqual({ propagated: expected, idle: true, code: 0 });
  for (const direction of ['Exchange → Liferay', 'Liferay → Exchange']) {
    expect(changes.filter((change) => change.direction === direction).length).toBeGreaterThanOrEqual(12);
  }
  expect(changes.map(({ name, direction }) => `${direction}: ${name}`)).toEqual(
    expect.arrayContaining([
      'Liferay → Exchange: book a meeting with a room: Exchange accepts for it',
      'Liferay → Exchange: book a meeting with a room that is taken: Exchange declines for it',
      'Liferay → Exchange: accept “Quarterly numbers”: the organiser in Exchange hears of it',
      'Exchange → Liferay: answer “Travel plans” with maybe: Liferay shows that',
    ]),
  );
});

test('a port in use is one line and exit code 2', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const { code, stderr } = await demo('--port', String(port));
    expect(code).toBe(2);
    expect(stderr).toBe(
      `Port ${port} is in use. The demo needs three in a row; choose the first with --port.\n`,
    );
  } finally {
    server.close();
  }
});

test('one Ctrl-C stops the page, Exchange and the service', { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, [MAIN, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const addresses: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    addresses.push(...(line.match(/http:\/\/[\d.:]+/g) ?? []));
    if (!line.startsWith('Ctrl-C')) continue;
    await Promise.all(addresses.map((address) => fetch(address)));
    child.kill('SIGINT');
  }
  expect(await exited).toEqual([0, null]);
  expect(addresses).toHaveLength(3);
  for (const address of addresses) await expect(fetch(address)).rejects.toThrow();
});

test('an unknown option and an unreadable calendar file are one line and exit code 2', async () => {
  const [option, file] = await Promise.all([
    demo('--ports', '1'),
    demo('--once', '--ics', 'no-such-file.ics'),
  ]);
  expect(option).toMatchObject({ code: 2, stderr: expect.stringMatching(/^.*--ports.*\n$/) });
  expect(file).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^no-such-file\.ics cannot be read.*\n$/),
  });
});

const CALENDAR = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Example//EN',
  ...event('SUMMARY:Single', 'DTSTART:20270301T080000Z', 'DTEND:20270301T090000Z', 'LOCATION:Here'),
  ...event('SUMMARY:Floating', 'DTSTART:20270301T080000', 'DURATION:PT15M'),
  ...event('SUMMARY:Trip', 'DTSTART;VALUE=DATE:20270302', 'DTEND;VALUE=DATE:20270305', 'TRANSP:TRANSPARENT'),
  ...event(
    'SUMMARY:Series abroad',
    'DTSTART;TZID=America/New_York:20270301T090000',
    'DTEND;TZID=America/New_York:20270301T100000',
    'RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270401T000000Z',
  ),
  ...event('SUMMARY:Last Friday', 'DTSTART:20270326T100000Z', 'RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3'),
  ...event('SUMMARY:Hourly', 'DTSTART:20270301T080000Z', 'RRULE:FREQ=HOURLY'),
  ...event('SUMMARY:Gaps', 'DTSTART:20270301T080000Z', 'RRULE:FREQ=DAILY', 'EXDATE:20270302T080000Z'),
  'END:VCALENDAR',
].join('\r\n');

function event(...lines: readonly string[]): string[] {
  return ['BEGIN:VEVENT', `UID:${lines[0]}`, ...lines, 'END:VEVENT'];
}

test('a calendar file becomes events of a mailbox; what Exchange cannot express is named', () => {
  const { events, skipped } = readIcs(CALENDAR, 'Europe/Rome');
  expect(events).toEqual([
    { title: 'Single', location: 'Here', when: { kind: 'timed', start: '2027-03-01T09:00', minutes: 60 } },
    { title: 'Floating', when: { kind: 'timed', start: '2027-03-01T08:00', minutes: 15 } },
    { title: 'Trip', when: { kind: 'allDay', first: '2027-03-02', days: 3 }, showAs: 'Free' },
    {
      title: 'Series abroad',
      when: { kind: 'timed', start: '2027-03-01T09:00', minutes: 60 },
      zone: 'America/New_York',
      repeat: { kind: 'weekly', interval: 1, days: ['Monday', 'Wednesday'], until: '2027-03-31' },
    },
    {
      title: 'Last Friday',
      when: { kind: 'timed', start: '2027-03-26T10:00', minutes: 0 },
      zone: 'UTC',
      repeat: { kind: 'relativeMonthly', interval: 1, index: 'Last', days: 'Friday', count: 3 },
    },
  ]);
  expect(skipped).toEqual([
    { title: 'Hourly', reason: 'Exchange has no pattern for FREQ=HOURLY' },
    { title: 'Gaps', reason: 'the series has EXDATE' },
  ]);
});
