/**
 * Both calendars of one person, through the raw clients: as the person's own Outlook and browser would reach them,
 * with nothing of the product in between.
 */
import type { Temporal } from 'temporal-polyfill';
import { findWindows } from 'windows-iana';
import type { Emulators, SeededPerson } from '#test/emulators/serve.ts';
import { RawEwsError, RawExchangeClient, type RawItem } from '#test/raw/exchange-client.ts';
import { RawLiferayClient } from '#test/raw/liferay-client.ts';

export interface Sides {
  readonly person: SeededPerson;
  readonly exchange: RawExchangeClient;
  readonly liferay: RawLiferayClient;
  /** The zone as Exchange calls it. */
  readonly windowsZone: string;
  /** The person's own Liferay calendar; null while they have none. */
  calendarId(): Promise<string | null>;
}

export function sidesOf({ exchangeUrl, liferayUrl }: Emulators, person: SeededPerson): Sides {
  const liferay = new RawLiferayClient({
    fetch: (request) => fetch(request),
    origin: liferayUrl,
    credentials: { user: person.emailAddress, password: person.password },
  });
  return {
    person,
    exchange: new RawExchangeClient({
      fetch: (request) => fetch(request),
      url: exchangeUrl,
      user: person.emailAddress,
      password: person.password,
    }),
    liferay,
    windowsZone: windowsZone(person.zone),
    // An administrator may manage everybody's; one's own bears one's name, full or as one signs in.
    calendarId: async () => {
      const calendars = await liferay.calendars();
      const names = [person.name, person.screenName];
      return calendars.find(({ isDefault, name }) => isDefault && names.includes(name))?.id ?? null;
    },
  };
}

const READ_TRIES = 5;

/**
 * What the default calendar shows between two instants. Ids are found first and read then, so that an item which is
 * deleted in between makes the reading fail; it is begun again.
 */
export async function exchangeEvents(
  { exchange }: Sides,
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<readonly RawItem[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await exchange.listEvents('calendar', from.toString(), to.toString());
    } catch (error) {
      const isGone = error instanceof RawEwsError && error.code === 'ErrorItemNotFound';
      if (!isGone || attempt === READ_TRIES) throw error;
    }
  }
}

/** @throws Error for a zone that Windows does not have */
export function windowsZone(iana: string): string {
  const [name] = findWindows(iana);
  if (name === undefined) throw new Error(`Windows has no time zone ${iana}.`);
  return name;
}
