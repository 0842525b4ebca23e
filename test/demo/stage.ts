/** Everything that the demo plays on: both emulators, filled, and the service between them, on ports of this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulators, type SeededPerson, serveEmulators } from '#test/emulators/serve.ts';
import { fillCalendars } from './fill.ts';
import { attachRoom, openRoom, type Room } from './room.ts';
import { startService } from './service-process.ts';
import { type Sides, sidesOf } from './sides.ts';

/** The portal's port, with Exchange and the service on the two after it; 0 takes any free ones. */
export const DEFAULT_PORT = 8080;

/** The demo cannot start as asked; the message is one line for the person who asked. */
export class CannotStart extends Error {}

export interface StageOptions {
  readonly port: number;
  readonly onLog: (line: string) => void;
  readonly besidePortal?: (request: Request) => Promise<Response> | null;
}

export interface Stage {
  readonly emulators: Emulators;
  readonly serviceUrl: string;
  /** A folder that goes away with the stage. */
  readonly folder: string;
  /** What was put into the calendars. */
  readonly filled: { readonly exchange: number; readonly liferay: number };
  /** Paired from the start. */
  readonly room: Room;
  sidesOf(person: SeededPerson): Sides;
  stop(): Promise<void>;
}

/** @throws CannotStart when a port is taken, ServiceRefused when the service does not start */
export async function openStage(options: StageOptions): Promise<Stage> {
  const [portal, exchange, service] = await ports(options.port);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'calendar-demo-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const emulators = await serveEmulators({
      liferayPort: portal,
      exchangePort: exchange,
      serviceUrl: `http://127.0.0.1:${service}`,
      ...(options.besidePortal ? { besidePortal: options.besidePortal } : {}),
    });
    stops.push(() => emulators.close());
    const open = (person: SeededPerson): Sides => sidesOf(emulators, person);
    const room = openRoom(emulators);
    const filled = await fillCalendars(emulators, open);
    const { url: serviceUrl, stop: stopService } = await startService({
      port: service,
      folder,
      siteMailboxes: `${room.address}=${room.siteId}`,
      portalUrl: emulators.liferayUrl,
      exchangeUrl: emulators.exchangeUrl,
      onLog: options.onLog,
    });
    stops.push(stopService);
    await attachRoom(emulators, serviceUrl, room);
    return { emulators, serviceUrl, folder, filled, room, sidesOf: open, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Three ports that are free now. */
async function ports(first: number): Promise<[portal: number, exchange: number, service: number]> {
  const wanted = (offset: number): number => (first === 0 ? 0 : first + offset);
  const held = [];
  try {
    for (const offset of [0, 1, 2]) held.push(await hold(wanted(offset)));
    const [portal = 0, exchange = 0, service = 0] = held.map(({ port }) => port);
    return [portal, exchange, service];
  } finally {
    await Promise.all(held.map(({ release }) => release()));
  }
}

async function hold(port: number): Promise<{ port: number; release(): Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portProblem(port, error)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    release: () => new Promise((done) => server.close(() => done())),
  };
}

function portProblem(port: number, { code, message }: NodeJS.ErrnoException): CannotStart {
  const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${message})`;
  return new CannotStart(`Port ${port} ${why}. The demo needs three in a row; choose the first with --port.`);
}
