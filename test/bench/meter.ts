/** Counts what the service asks of its servers, its database and the machine, while a case runs. */
import type { HttpFetch } from '#core/effects.ts';
import type { StatementSeen } from '#store/database.ts';
import type { Figures } from './cases.ts';

export type Measured = Omit<Figures, 'name' | 'mailboxes' | 'events' | 'changed'>;

/** Memory is looked at so often; what comes and goes in between is rarely given back to the system. */
const MEMORY_EVERY_MS = 50;
const MB = 1024 * 1024;

export class Meter {
  #counts = none();

  /** `fetch` with its requests and bodies counted; everything that does not go to `exchangeUrl` is Liferay's. */
  counting(fetch: HttpFetch, exchangeUrl: string): HttpFetch {
    return async (url, request) => {
      this.#counts[url === exchangeUrl ? 'exchangeRequests' : 'liferayRequests'] += 1;
      this.#counts.bytes += Buffer.byteLength(request.body ?? '');
      const { status, headers, body } = await fetch(url, request);
      return { status, headers, body: body === null ? null : this.#countChunks(body) };
    };
  }

  async *#countChunks(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of body) {
      this.#counts.bytes += chunk.byteLength;
      yield chunk;
    }
  }

  readonly onBatch = (statements: readonly StatementSeen[]): void => {
    this.#counts.sqlStatements += statements.length;
    this.#counts.sqlWrites += statements.filter(({ writes }) => writes).length;
  };

  /** What `work` needed. What happened before does not count. */
  async measure(work: () => Promise<void>): Promise<Measured> {
    this.#counts = none();
    let peakRss = process.memoryUsage.rss();
    const look = () => {
      peakRss = Math.max(peakRss, process.memoryUsage.rss());
    };
    const timer = setInterval(look, MEMORY_EVERY_MS);
    const startedMs = performance.now();
    const cpuBefore = process.cpuUsage();
    try {
      await work();
    } finally {
      clearInterval(timer);
    }
    const cpu = process.cpuUsage(cpuBefore);
    const wallMs = performance.now() - startedMs;
    look();
    return {
      ...this.#counts,
      cpuMs: Math.round((cpu.user + cpu.system) / 1000),
      wallMs: Math.round(wallMs),
      peakRssMb: Math.round(peakRss / MB),
    };
  }
}

function none() {
  return { exchangeRequests: 0, liferayRequests: 0, sqlStatements: 0, sqlWrites: 0, bytes: 0 };
}
