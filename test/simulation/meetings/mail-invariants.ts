/** What must hold of the mails of Exchange when the service has come to rest: each is somebody's intent, and told once. */
import type { OutboxMail } from '#test/emulators/exchange/meetings.ts';
import type { World } from '../world.ts';
import { everyone } from './copies.ts';
import type { Told } from './ledger.ts';
import type { Says } from './sayings.ts';
import type { MeetingStory } from './story.ts';

const ANSWERS: readonly (readonly [prefix: string, says: Says])[] = [
  ['Accepted: ', 'Accept'],
  ['Tentative: ', 'Tentative'],
  ['Declined: ', 'Decline'],
];

/**
 * Of the mails that no act of a person sent, each says an answer that a person gave in Liferay, once, to the organiser.
 * @param setAside meetings of which nothing more is said, because nobody could say it without telling all
 */
export function checkMail(
  world: World,
  story: MeetingStory,
  setAside: ReadonlySet<string>,
): readonly string[] {
  const out: string[] = [];
  const said = new Map<string, number>();
  const told = new Map<string, number>();
  for (const [at, mail] of world.exchange.outbox.entries()) {
    if (story.watch.mailsByPeople.has(at)) continue;
    const says = ANSWERS.find(([prefix]) => mail.subject.startsWith(prefix))?.[1];
    const token = story.watch.tokens.get(mail.itemId);
    const organiser = story.organisers.get(token ?? '');
    if (mail.kind !== 'response' && organiser?.address === mail.from) {
      for (const address of mail.to) count(told, `${token} ${mail.kind} ${address}`);
    } else if (mail.kind === 'response' && isRoomsOwn(world, story, mail)) {
      // What the organiser did in Liferay has come to a room, whose attendant answers.
    } else if (mail.kind !== 'response' || says === undefined || organiser === undefined) {
      out.push(`nobody meant to send this ${mail.kind}: ${mailLine(mail)}`);
    } else if (mail.to.join() !== organiser.address) out.push(`not to the organiser: ${mailLine(mail)}`);
    else {
      count(said, `${mail.from} ${token} ${says}`);
    }
  }
  for (const { address } of everyone(world)) {
    for (const token of story.organisers.keys()) {
      for (const [, says] of ANSWERS) {
        const { least, most } = story.answers.mails(`${address} ${token}`, says);
        const times = said.get(`${address} ${token} ${says}`) ?? 0;
        if (times < least || (times > most && !story.isMadeAnew(token))) {
          out.push(`${address} ${token} ${says}: mailed ${times} times, expected ${least} to ${most}`);
        }
      }
    }
  }
  return [...out, ...checkTold(story, told, setAside)];
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** What a room declines is put away under another id: whose meeting it was, only the organiser tells. */
function isRoomsOwn(
  { rooms }: World,
  { organising, organisers }: MeetingStory,
  { from, to }: OutboxMail,
): boolean {
  if (!rooms.some(({ address }) => address === from)) return false;
  return [...organisers].some(
    ([token, { address }]) =>
      to.includes(address) &&
      ['request', 'update'].some((kind) => organising.ledger.names.has(`${token} ${kind} ${from}`)),
  );
}

/** What organisers did in Liferay was told to everybody who is invited, once. */
function checkTold(
  story: MeetingStory,
  told: ReadonlyMap<string, number>,
  setAside: ReadonlySet<string>,
): readonly string[] {
  const { organising } = story;
  return [...new Set([...told.keys(), ...organising.ledger.names])].flatMap((name) => {
    const [token = '', kind = '', address = ''] = name.split(' ');
    const { least, most } = organising.ledger.bounds(token, kind as Told, address);
    const times = told.get(name) ?? 0;
    const isAnew = story.isMadeAnew(token);
    return (times < least && !setAside.has(token)) || (times > most && !isAnew)
      ? [`${token} ${kind} to ${address}: mailed ${times} times, expected ${least} to ${most}`]
      : [];
  });
}

function mailLine({ from, to, subject }: OutboxMail): string {
  return `${from} to ${to.join(', ')}: ${subject}`;
}
