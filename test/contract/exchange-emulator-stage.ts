/**
 * An emulated Exchange with three mailboxes, and raw clients of it. Every message in both directions is validated
 * against Microsoft's schema where that is at hand.
 */
import type { ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { ExchangeSwitches, ServerVersion } from '#test/emulators/exchange/switches.ts';
import { loadEwsSchema } from '#test/emulators/schema.ts';
import type { NewRawEvent, RawExchangeOptions, RawRecurrence } from '#test/raw/exchange-client.ts';
import { RawExchangeClient } from '#test/raw/exchange-client.ts';

/** Null where Microsoft's schema is not at hand. */
export const schema = await loadEwsSchema();
const NOW = Date.UTC(2026, 10, 22, 10);
export const ROME = 'W. Europe Standard Time';
export const STAMP_SET = '6f1d2c3e-1111-4222-8333-444455556666';

export interface Server {
  readonly emulator: ExchangeEmulator;
  client(options?: Partial<RawExchangeOptions>): RawExchangeClient;
}

/** Anna's client is the one that is given without options. */
export function startServer(
  switches: Partial<ExchangeSwitches> = {},
  version: ServerVersion = 'Exchange2016',
): Server {
  let ids = 0;
  let now = NOW;
  const emulator = createExchangeEmulator({
    // Each look at the clock is a second later, so that times of modification differ.
    clock: { now: () => (now += 1000) },
    ids: { uuid: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}` },
    version,
    switches,
    ...(schema === null ? {} : { validate: (xml: string) => schema.validate(xml) }),
  });
  for (const name of ['anna', 'bruno', 'carla']) {
    emulator.addMailbox({ address: `${name}@example.org`, displayName: name, zone: 'Europe/Rome' });
    emulator.addAccount({ user: name, password: `${name}-pässword`, mailbox: `${name}@example.org` });
  }
  emulator.addAccount({ user: 'service', password: 'secret', mayImpersonate: true });
  const client = (options: Partial<RawExchangeOptions> = {}): RawExchangeClient =>
    new RawExchangeClient({
      fetch: (request) => emulator.fetch(request),
      url: 'https://mail.example.org/EWS/Exchange.asmx',
      user: 'anna',
      password: 'anna-pässword',
      ...options,
    });
  return { emulator, client };
}

/** An hour in Rome. */
export const lunch: NewRawEvent = {
  subject: 'Lunch',
  start: '2026-11-23T12:00:00',
  end: '2026-11-23T13:00:00',
  zone: ROME,
};

/** Five Mondays. */
export function weekly(changes: Partial<NewRawEvent> = {}): NewRawEvent {
  const recurrence: RawRecurrence = {
    kind: 'weekly',
    interval: 1,
    days: ['Monday'],
    firstDay: 'Monday',
    startDate: '2026-11-23',
    count: 5,
  };
  return { ...lunch, subject: 'Team', recurrence, ...changes };
}
