/**
 * What the service says to administrators of Exchange domains, beside fake-portal.ts: it keeps domains, releases and requests
 * in memory and checks what it is sent with the schemas of the contract. "Test connection" goes on as the test tells it.
 */
import * as v from 'valibot';
import { DoctorRequest, type DoctorStep } from '#shared/doctor.ts';
import type { Domain, MailboxRequests, Releases, RoomLists } from '#shared/domain-api.ts';
import { DomainPatch, MailboxDecision, NewDomain, ReleasesPatch } from '#shared/domain-requests.ts';
import type { BelowPortal } from './fake-portal.ts';

export function aDomain(changes: Partial<Domain> = {}): Domain {
  return {
    ...{ id: 'd1', name: 'Head office', origin: 'api', state: 'active', mailDomains: ['example.com'] },
    administrators: [],
    reach: { kind: 'url', url: 'https://mail.example.com/EWS/Exchange.asmx' },
    ...{ network: 'public', signInKind: 'basic', acting: 'address', addressRule: 'trustPortal' },
    onlineProtocol: 'graph',
    ...{ intervalSeconds: null, maxConcurrent: 8, mailboxes: 3, server: 'mail.example.com' },
    ...{ reason: null, reasonDetail: null, retryAt: null },
    ...changes,
  };
}

export class FakeDomains implements BelowPortal {
  domains: Domain[] = [aDomain()];
  releases: v.InferOutput<typeof Releases>['releases'] = [];
  roomLists: v.InferOutput<typeof RoomLists>['roomLists'] = [];
  requests: v.InferOutput<typeof MailboxRequests>['requests'] = [];
  readonly created: NewDomain[] = [];
  readonly patches: DomainPatch[] = [];
  readonly tests: DoctorRequest[] = [];
  #told: Promise<unknown> = Promise.resolve();
  #lines = new TransformStream<Uint8Array, Uint8Array>();
  #writer = this.#lines.writable.getWriter();

  /** A step of the test is over. */
  tell(step: Pick<DoctorStep, 'step' | 'result' | 'milliseconds'> & Partial<DoctorStep>): void {
    const none = { side: 'exchange', reason: null, remedy: null, detail: null, facts: {} };
    this.#write({ ...none, ...step });
  }

  /** The test has ended, or (undefined) breaks off. */
  endTest(healthy: boolean | undefined): void {
    if (healthy !== undefined) this.#write({ healthy });
    const writer = this.#writer;
    this.#told = this.#told.then(() => writer.close());
  }

  #write(line: unknown): void {
    const writer = this.#writer;
    const bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
    this.#told = this.#told.then(() => writer.write(bytes));
  }

  answer(request: string, body: unknown): unknown {
    const [, id = ''] = /^\w+ api\/domains\/([^/]+)/.exec(request) ?? [];
    switch (request.replace(/domains\/[^/]+/, 'domains/:id')) {
      case 'GET api/domains':
        return { domains: this.domains };
      case 'POST api/domains':
        return this.#create(v.parse(NewDomain, body));
      case 'PATCH api/domains/:id':
        return this.#change(id, v.parse(DomainPatch, body));
      case 'DELETE api/domains/:id':
        this.domains = this.domains.filter((each) => each.id !== id);
        return new Response(null, { status: 204 });
      case 'POST api/domains/:id/doctor':
        return this.#test(v.parse(DoctorRequest, body));
      case 'GET api/domains/:id/releases':
        return { releases: this.releases };
      case 'PATCH api/domains/:id/releases':
        return this.#release(v.parse(ReleasesPatch, body));
      case 'GET api/domains/:id/room-lists':
        return { roomLists: this.roomLists };
      case 'POST api/domains/:id/room-lists':
        return { roomLists: this.roomLists.map(({ address }) => ({ address, rooms: 12 })) };
      case 'GET api/domains/:id/requests':
        return { requests: this.requests };
      case 'POST api/domains/:id/requests':
        return this.#decide(v.parse(MailboxDecision, body));
      default:
        return undefined;
    }
  }

  #create(wanted: NewDomain): Domain {
    this.created.push(wanted);
    const { signIn, ...shown } = wanted;
    const domain = aDomain({ ...shown, id: 'd9', mailboxes: 0, signInKind: signIn.kind });
    this.domains = [...this.domains, domain];
    return domain;
  }

  #change(id: string, patch: DomainPatch): Domain | undefined {
    this.patches.push(patch);
    const { signIn, ...shown } = patch;
    this.domains = this.domains.map((each) =>
      each.id === id ? { ...each, ...shown, signInKind: signIn?.kind ?? each.signInKind } : each,
    );
    return this.domains.find((each) => each.id === id);
  }

  #test(request: DoctorRequest): Response {
    this.tests.push(request);
    const { readable } = this.#lines;
    return new Response(readable, { headers: { 'Content-Type': 'application/x-ndjson' } });
  }

  #release({ add, remove }: v.InferOutput<typeof ReleasesPatch>) {
    const keyOf = (each: object): string => JSON.stringify({ ...each, origin: 'api' });
    const gone = new Set(remove.map(keyOf));
    this.releases = [
      ...this.releases.filter((each) => !gone.has(keyOf(each))),
      ...add.map((each) => ({ ...each, origin: 'api' as const })),
    ];
    return { releases: this.releases };
  }

  #decide({ userId, decision }: v.InferOutput<typeof MailboxDecision>): Response {
    this.requests = this.requests.map((each) =>
      each.userId === userId ? { ...each, state: decision, decidedAt: 5, decidedBy: '20123' } : each,
    );
    return new Response(null, { status: 204 });
  }
}
