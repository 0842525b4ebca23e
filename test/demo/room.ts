/**
 * The meeting room: a mailbox whose booking attendant answers requests, and the calendar of a resource of the site,
 * seen and handled by the site's administrator.
 */
import { type Emulators, OAUTH, type SeededPerson } from '#test/emulators/serve.ts';
import { ROOM_ADDRESS } from './calendar-year.ts';
import { PairingApi } from './pairing-api.ts';
import { type Sides, sidesOf } from './sides.ts';

export interface Room {
  readonly name: string;
  readonly address: string;
  readonly calendarId: string;
  readonly siteId: string;
  readonly zone: string;
  /** Looks after the site and its rooms. */
  readonly administrator: SeededPerson;
  /** Its mailbox as its own account sees it, its calendar as the administrator does. */
  readonly sides: Sides;
}

const NAME = 'Room Trastevere';
const ZONE = 'Europe/Rome';

/** Makes its mailbox, the site and the resource; nothing is paired by that. */
export function openRoom(emulators: Emulators): Room {
  const { exchange, liferay, people } = emulators;
  const administrator = people.at(-1);
  if (administrator === undefined) throw new Error('There is nobody to look after the room.');
  const { userId } = administrator;
  exchange.addMailbox({ address: ROOM_ADDRESS, displayName: NAME, zone: ZONE, isRoom: true });
  const account = { ...administrator, name: NAME, zone: ZONE, emailAddress: ROOM_ADDRESS };
  exchange.addAccount({ user: ROOM_ADDRESS, password: account.password, mailbox: ROOM_ADDRESS });
  const siteId = liferay.addSite({
    name: 'Headquarters',
    ownerUserId: userId,
    memberIds: people.map((person) => person.userId),
  });
  const calendarId = String(liferay.addResource({ name: NAME, siteId, userId }).calendarId);
  liferay.changeCalendar(Number(calendarId), { zone: ZONE });
  return {
    name: NAME,
    address: ROOM_ADDRESS,
    calendarId,
    siteId: String(siteId),
    zone: ZONE,
    administrator,
    sides: {
      ...sidesOf(emulators, account),
      liferay: sidesOf(emulators, administrator).liferay,
      calendarId: async () => calendarId,
    },
  };
}

/** As the site's administrator does it, with their own token; what the configuration released is all that they may have. */
export async function attachRoom(
  { liferay }: Emulators,
  serviceUrl: string,
  { administrator, siteId, address, calendarId }: Room,
): Promise<void> {
  const token = await liferay.issueUserToken(administrator.userId, OAUTH.userAgentClientId);
  await new PairingApi(serviceUrl, token).attach(siteId, address, calendarId);
}
