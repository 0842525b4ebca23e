/** What the log writes, and what it takes out. */
import { describe, expect, it } from 'vitest';
import { createLog, type LevelName } from '#runtime/log.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIyMDEyNSIsImV4cCI6MX0.c2lnbmF0dXJlLXNpZ25hdHVyZQ';

function logInto(lines: string[], level: LevelName = 'debug') {
  return createLog({ level, write: (line) => lines.push(line) });
}

describe('the log', () => {
  it('writes one JSON object a line', () => {
    const lines: string[] = [];
    logInto(lines).info('run ended', { mailboxId: 'm1', created: 2, reason: null, detail: 'two\nlines' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'INFO',
      message: 'run ended',
      fields: { mailboxId: 'm1', created: 2, reason: null, detail: 'two\nlines' },
    });
  });

  it('writes nothing below its level', () => {
    const lines: string[] = [];
    const log = logInto(lines, 'warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines.map((line) => JSON.parse(line).message)).toEqual(['c', 'd']);
  });

  it('writes a message with braces as it is', () => {
    const lines: string[] = [];
    logInto(lines).info('answered {}', { id: 1 });
    expect(JSON.parse(lines[0] ?? '').message).toBe('answered {}');
  });

  it.each([
    'password',
    'EXCHANGE_PASSWORD',
    'clientSecret',
    'client_secret',
    'accessToken',
    'Authorization',
    'authorisation',
    'set-cookie',
    'signInSealed',
    'sealKeys',
    'privateKey',
  ])('takes out the field %s, however deep', (field) => {
    const lines: string[] = [];
    logInto(lines).error('failed', { [field]: 'hunter2', request: { headers: [{ [field]: 'hunter2' }] } });
    expect(lines[0]).toContain('[redacted]');
    expect(lines[0]).not.toContain('hunter2');
  });

  it.each([
    ['Authorization: Bearer hunter2.hunter2', 'hunter2'],
    ['sent "basic c3ZjOmh1bnRlcjI="', 'c3ZjOmh1bnRlcjI'],
    ['WWW-Authenticate: NTLM TlRMTVNTUAACAAAA', 'TlRMTVNTUAAC'],
    ['POST /token?client_secret=hunter2&grant_type=x', 'hunter2'],
    ['GET /page?p_auth=hunter2', 'hunter2'],
    ['GET https://svc:hunter2@mail.example.com/EWS', 'hunter2'],
    [`token ${JWT} refused`, JWT],
  ])('takes a secret out of the text %s', (detail, secret) => {
    const lines: string[] = [];
    const log = logInto(lines);
    log.warn(detail);
    log.warn('refused', { detail });
    for (const line of lines) {
      expect(line).not.toContain(secret);
      expect(JSON.parse(line)).toBeTypeOf('object');
    }
    expect(lines).toHaveLength(2);
  });

  it('leaves what is no secret', () => {
    const lines: string[] = [];
    logInto(lines).warn('Basic authentication is off', { mailbox: 'ada@example.com', key: 'calendar-1' });
    expect(lines[0]).toContain('Basic authentication is off');
    expect(lines[0]).toContain('ada@example.com');
    expect(lines[0]).toContain('calendar-1');
  });
});
