/** The calls of administrators of Exchange domains: typed, validated, and loaded with their view. */
import * as v from 'valibot';
import {
  DOCTOR_LINES_MEDIA_TYPE,
  DoctorEnd,
  DoctorReport,
  type DoctorRequest,
  DoctorStep,
} from '#shared/doctor.ts';
import { Domain, Domains, MailboxRequests, Releases, RoomLists, RoomListsRead } from '#shared/domain-api.ts';
import type { DomainPatch, MailboxDecision, NewDomain, ReleasesPatch } from '#shared/domain-requests.ts';
import { type ApiClient, ApiFailure, toApiFailure } from '../api-client.ts';

export type Release = v.InferOutput<typeof Releases>['releases'][number];
export type Request = v.InferOutput<typeof MailboxRequests>['requests'][number];
export type RoomList = v.InferOutput<typeof RoomLists>['roomLists'][number];

/** "Test connection" begins no step after a minute, and a request of its last one may take a quarter more. */
const TEST_TIMEOUT_MS = 120_000;

export class DomainClient {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  async domains(): Promise<readonly Domain[]> {
    return (await this.#api.call('GET', 'api/domains', Domains)).domains;
  }

  create(domain: v.InferInput<typeof NewDomain>): Promise<Domain> {
    return this.#api.call('POST', 'api/domains', Domain, domain);
  }

  change(id: string, patch: DomainPatch): Promise<Domain> {
    return this.#api.call('PATCH', pathOf(id), Domain, patch);
  }

  async remove(id: string): Promise<void> {
    await this.#api.call('DELETE', pathOf(id), v.unknown());
  }

  /** Whether no step failed. `onStep` hears of each when it is over. */
  async test(id: string, request: DoctorRequest, onStep: (step: DoctorStep) => void): Promise<boolean> {
    const headers = { Accept: DOCTOR_LINES_MEDIA_TYPE };
    const path = `${pathOf(id)}/doctor`;
    const answer = await this.#api.call('POST', path, v.unknown(), request, headers, TEST_TIMEOUT_MS);
    if (answer instanceof Response) return readLines(answer, onStep);
    const { healthy, steps } = v.parse(DoctorReport, answer);
    steps.forEach(onStep);
    return healthy;
  }

  async releases(id: string): Promise<readonly Release[]> {
    return (await this.#api.call('GET', `${pathOf(id)}/releases`, Releases)).releases;
  }

  async changeReleases(id: string, patch: v.InferInput<typeof ReleasesPatch>): Promise<readonly Release[]> {
    return (await this.#api.call('PATCH', `${pathOf(id)}/releases`, Releases, patch)).releases;
  }

  /** As the server has them now. */
  async roomLists(id: string): Promise<readonly RoomList[]> {
    return (await this.#api.call('GET', `${pathOf(id)}/room-lists`, RoomLists)).roomLists;
  }

  /** Reads the rooms of the released lists anew; how many there are. */
  async readRoomLists(id: string): Promise<number> {
    const { roomLists } = await this.#api.call('POST', `${pathOf(id)}/room-lists`, RoomListsRead);
    return roomLists.reduce((sum, { rooms }) => sum + rooms, 0);
  }

  async requests(id: string): Promise<readonly Request[]> {
    return (await this.#api.call('GET', `${pathOf(id)}/requests`, MailboxRequests)).requests;
  }

  async decide(id: string, decision: v.InferInput<typeof MailboxDecision>): Promise<void> {
    await this.#api.call('POST', `${pathOf(id)}/requests`, v.unknown(), decision);
  }
}

function pathOf(id: string): string {
  return `api/domains/${encodeURIComponent(id)}`;
}

/** @throws ApiFailure when the lines break off before the one that says how it went */
async function readLines({ body }: Response, onStep: (step: DoctorStep) => void): Promise<boolean> {
  try {
    for await (const text of linesOf(body)) {
      const line: unknown = JSON.parse(text);
      const step = v.safeParse(DoctorStep, line);
      if (!step.success) return v.parse(DoctorEnd, line).healthy;
      onStep(step.output);
    }
  } catch (error) {
    throw error instanceof v.ValiError || error instanceof SyntaxError
      ? new ApiFailure('answerNotUnderstood', undefined, { cause: error })
      : toApiFailure(new ApiFailure('serviceUnreachable', undefined, { cause: error }));
  }
  throw new ApiFailure('serviceUnreachable');
}

async function* linesOf(body: Response['body']): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) return;
    const lines = `${rest}${part.value}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
