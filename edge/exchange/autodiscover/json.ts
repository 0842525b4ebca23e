/**
 * Autodiscover v2: one GET without sign-in, one URL as the answer. Exchange 2016 and later, and Exchange Online.
 * Source: Microsoft Tech Community, "Microsoft Teams and on-premises mailboxes, part 2" (Microsoft's own use of it).
 */

import { failedWith, outcomeOfStatus } from './answers.ts';
import type { Outcome } from './attempt.ts';
import type { Answer, Question } from './http.ts';

export function jsonQuestion(url: string): Question {
  return { method: 'GET', url, headers: { Accept: 'application/json' } };
}

export function readJson(answer: Answer): Outcome {
  const { status, text } = answer;
  // Servers before 2016 ask everybody for a sign-in below /autodiscover; it would not help here.
  if (status === 401) return failedWith('notTheService', 'HTTP 401: no Autodiscover v2 at this address');
  const said = status === 200 || status === 400 || status === 404 ? parsed(text) : null;
  if (said === null) {
    return outcomeOfStatus(answer) ?? failedWith('notTheService', 'the answer is no JSON object');
  }
  const code = textIn(said, 'ErrorCode');
  if (code !== null) {
    const reason = /^(User|Mailbox)NotFound$/.test(code) ? 'mailboxNotFound' : 'badAnswer';
    return failedWith(reason, `${code}: ${textIn(said, 'ErrorMessage') ?? ''}`);
  }
  const url = textIn(said, 'Url');
  if (url === null || !/^ews$/i.test(textIn(said, 'Protocol') ?? '')) {
    return failedWith('badAnswer', 'the answer names no address of Exchange Web Services');
  }
  return { kind: 'settings', external: url, internal: null };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function textIn(object: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
