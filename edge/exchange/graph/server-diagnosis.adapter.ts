/**
 * ServerDiagnosis over Microsoft Graph. A request without a token tells that Graph is there; one about the default calendar
 * tells whether the application is let in, and then what an administrator granted it: roles of Exchange (RBAC for
 * Applications) or consent in Entra ID, which are a union.
 */
import * as v from 'valibot';
import type { Effects, HttpFetch } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { REASONS } from '#shared/reasons.ts';
import type { MailboxServer, MailboxWrite } from '../mailbox-calendar.port.ts';
import type {
  OpenServerDiagnosis,
  ServerDiagnosis,
  ToldCalendar,
  ToldVersion,
} from '../server-diagnosis.port.ts';
import { openSignedFetch } from '../sign-in/signed-fetch.ts';
import { CalendarAnswer, shaped } from './answers.ts';
import { CONCURRENT_LIMIT, GraphConversation, query } from './conversation.ts';
import { failureOf, GraphRefusal, OF_ITEM } from './failures.ts';
import { forGraph, type GraphPorts } from './graph-mailbox.adapter.ts';
import { sendJson } from './transport.ts';
import { Turns } from './turns.ts';

/** Opens tenants to be looked at. No request is made. */
export function openGraphDiagnosis(effects: Effects, ports: GraphPorts): OpenServerDiagnosis {
  return (server, address) => new GraphDiagnosis(effects, ports, server, address);
}

/** Of requests about the default calendar: what is not found there is the calendar. */
const OF_CALENDAR = { notFound: 'folderNotFound', otherwise: 'serverError' } as const;

const Counted = v.object({ '@odata.count': v.nullish(v.number()) });

class GraphDiagnosis implements ServerDiagnosis {
  readonly #effects: Effects;
  readonly #server: MailboxServer;
  readonly #user: string;
  readonly #conversation: () => GraphConversation;
  /** Says nothing about who asks. */
  readonly #unsigned: HttpFetch;

  constructor(effects: Effects, ports: GraphPorts, server: MailboxServer, address: string) {
    const reach = server.reach ?? null;
    this.#effects = effects;
    this.#server = server;
    this.#user = server.actAs ?? server.knownAs ?? address;
    // A token from before must not hide that the application would get none now; the one that it gets serves all.
    const { tokens } = ports;
    const fresh = { get: async () => null, put: tokens.put.bind(tokens) };
    const signed = openSignedFetch(effects, { ...ports, tokens: fresh });
    const turns = new Turns(CONCURRENT_LIMIT);
    let fetch: HttpFetch | undefined;
    this.#conversation = () => {
      fetch ??= signed(forGraph(server), reach);
      return new GraphConversation(effects, { server, user: this.#user, fetch }, turns);
    };
    this.#unsigned = reach === null ? effects.fetch : ports.network.fetchWithin(reach);
  }

  /** Graph asks for a bearer token. */
  async greet(): Promise<readonly string[]> {
    const route = { server: this.#server, user: this.#user, fetch: this.#unsigned };
    const request = { method: 'GET', url: `${this.#server.endpoint}/me`, headers: {} } as const;
    try {
      await sendJson(this.#effects, route, request, OF_CALENDAR);
    } catch (error) {
      if (error instanceof GraphRefusal && error.refusal.status === 401) return ['Bearer'];
      throw error;
    }
    throw new RemoteFailure(failure('notTheService', 'an answer without a sign-in'));
  }

  async signIn(): Promise<void> {
    try {
      await this.#calendar();
    } catch (error) {
      // Whoever hears of rights or of the mailbox was let in.
      if (!(error instanceof GraphRefusal) || REASONS[error.failure.reason].scope === 'server') throw error;
    }
  }

  async version(): Promise<ToldVersion> {
    return { version: 'v1.0', build: null, from: 'configuration' };
  }

  async actFor(): Promise<void> {
    try {
      await this.#calendar();
    } catch (error) {
      if (!(error instanceof GraphRefusal) || error.failure.reason !== 'folderNotFound') throw error;
    }
  }

  async calendar(): Promise<ToldCalendar> {
    const conversation = this.#conversation();
    const { id, name, canEdit } = shaped(CalendarAnswer, await this.#calendar());
    const options = query({ $select: 'id', $top: '1', $count: 'true' });
    const counted = await conversation.get(`${conversation.calendar(id)}/events${options}`, OF_CALENDAR);
    const items = shaped(Counted, counted)['@odata.count'] ?? 0;
    return { id, name: name ?? '', items, canWrite: canEdit === true };
  }

  async removeForGood(
    items: readonly { readonly id: string; readonly version: string }[],
  ): Promise<readonly MailboxWrite[]> {
    const conversation = this.#conversation();
    const answers = await conversation.batch(
      items.map(({ id }) => ({ method: 'POST', path: `${conversation.event(id)}/permanentDelete` })),
      OF_ITEM,
    );
    return items.map(({ id, version }, index) => {
      const answer = answers[index];
      if (answer?.kind === 'done') return { kind: 'written', id, version };
      const why = answer ? failureOf(answer.refusal, OF_ITEM) : failure('badAnswer', 'no answer');
      return { kind: 'failed', failure: why };
    });
  }

  close(): void {
    // Requests of Graph keep nothing open.
  }

  #calendar(): Promise<unknown> {
    const conversation = this.#conversation();
    const select = query({ $select: 'id,name,isDefaultCalendar,canEdit' });
    return conversation.get(`${conversation.user}/calendar${select}`, OF_CALENDAR);
  }
}
