/** Makes a request in each of the ways of the service on Node, and prints what came of it as JSON. */
import { connectionProblem } from '#core/connection.ts';
import type { HttpFetch } from '#core/effects.ts';
import { createLog } from '#runtime/log.ts';
import { openNodeConnection } from '#runtime/node-connection.ts';
import { createPlatformEffects } from '#runtime/platform-effects.ts';
import { inert } from '#test/unit/exchange/scripted-exchange.ts';

const url = process.argv[2] ?? '';
const { fetch } = createPlatformEffects({ seal: inert().seal, log: createLog({ level: 'error' }) });
const connection = openNodeConnection(url, null);

async function outcome(send: HttpFetch): Promise<number | string> {
  try {
    const { status } = await send(url, { method: 'POST', headers: {}, body: '', redirect: 'manual' });
    return status;
  } catch (error) {
    return connectionProblem(error);
  }
}

console.log(JSON.stringify([await outcome(fetch), await outcome(connection.fetch)]));
process.exit(0);
