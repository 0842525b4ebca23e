/** What the record says, as sentences. An act is a word, sometimes with what was changed: see the service's store. Pure. */
import type { AuditEntry } from '#shared/domain-api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { ActedOn, RecordTexts } from '#shared/texts/domains/panels-dictionary.ts';
import { reasonText } from '#shared/texts/language.ts';

/** As the service names who bears its key. */
const SERVICE_KEY = 'service-key';

export function whoDid(userId: string, words: RecordTexts): string {
  return userId === SERVICE_KEY ? words.serviceKey : words.user(userId);
}

export function whatWasDone(entry: AuditEntry, words: RecordTexts, texts: Texts): string {
  const { action, subject, mailbox } = entry;
  const [name = '', ...rest] = action.split(' ');
  switch (name) {
    case 'domain.create':
      return words.created;
    case 'domain.delete':
      return words.deleted;
    case 'domain.change':
      return words.changed(
        listOf(
          rest.map((field) => fieldName(field, words)),
          texts.locale,
        ),
      );
    case 'domain.mailboxes.sync':
    case 'domain.mailboxes.pause':
    case 'domain.mailboxes.resume': {
      const kind = name === 'domain.mailboxes.sync' ? 'sync' : name.endsWith('pause') ? 'pause' : 'resume';
      return words.acted[kind](actedOn(entry, action.slice(name.length + 1), texts));
    }
    case 'domain.mailboxes.unpair':
    case 'domain.mailboxes.interval':
      return words.acted[name.endsWith('unpair') ? 'unpair' : 'interval'](
        actedOn(entry, rest.slice(1).join(' '), texts),
      );
    case 'domain.test':
      return words.tested(subject === entry.domainId ? null : subject);
    case 'domain.mailbox.change':
      return words.mailboxChanged(mailbox);
    case 'domain.releases': {
      const [added = '0', removed = '0'] = rest;
      return words.released(Math.abs(Number(added)), Math.abs(Number(removed)));
    }
    case 'mailbox.request':
      return words.requested(subject);
    case 'mailbox.approved':
    case 'mailbox.refused': {
      const [userId = '', ...address] = subject.split('/');
      return words[name === 'mailbox.approved' ? 'approved' : 'refused'](
        address.join('/'),
        words.user(userId),
      );
    }
    default:
      return words.other(action);
  }
}

/** `rest`: a number of mailboxes, or what all of them had to fit; of one mailbox its id is in the subject. */
function actedOn({ mailbox, subject, domainId }: AuditEntry, rest: string, texts: Texts): ActedOn {
  const found = /^(?:(\d+)|(?:search=(.*?))?(?: ?state=(\w+))?(?: ?reason=(\w+))?)$/s.exec(rest);
  const [, count, search, state, reason] = found ?? [];
  const isOneThatIsGone = mailbox === null && rest === '' && subject !== domainId;
  return {
    address: mailbox,
    count: isOneThatIsGone ? 1 : count === undefined ? null : Number(count),
    search: search ?? null,
    state: state ?? null,
    // Within another sentence.
    reason: reason === undefined ? null : reasonText(texts, reason).title.replace(/\.$/, ''),
  };
}

function fieldName(field: string, { fields }: RecordTexts): string {
  const names: Readonly<Record<string, string>> = fields;
  return Object.hasOwn(names, field) ? (names[field] ?? field) : field;
}

function listOf(names: readonly string[], locale: string): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}
