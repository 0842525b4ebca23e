/**
 * The service's view of one Exchange domain, in memory, as far as its panels ask for it: behind a client that behaves like
 * Liferay's, and checked with the schemas of the contract on the way in.
 */
import * as v from 'valibot';
import { ApiClient } from '#client-extension/api-client.ts';
import '#client-extension/index.ts';
import '#client-extension/domains/panels.ts';
import { type Activity, ActivityQuery } from '#shared/activity.ts';
import type { ApiReason, Copies, ProblemDetails } from '#shared/api.ts';
import type { AuditEntry, DomainMailbox, DomainMailboxDetail } from '#shared/domain-api.ts';
import {
  DomainMailboxAction,
  DomainMailboxesNamed,
  DomainMailboxPatch,
  DomainMailboxQuery,
} from '#shared/domain-requests.ts';
import { textsFor } from '#shared/texts/index.ts';
import { NOW } from './fake-portal.ts';

const HOUR_MS = 3_600_000;

export function aMailbox(id: string, changes: Partial<DomainMailbox> = {}): DomainMailbox {
  return {
    ...{ id, address: `${id}@example.com`, ownerKind: 'user', ownerId: '20101' },
    ...{ state: 'active', reason: null, pairings: 1, setAside: 0 },
    ...{ intervalSeconds: 30, hasOwnInterval: false, lastRunAt: NOW - 60_000, nextRunAt: NOW + 20_000 },
    ...changes,
  };
}

export function anEntry(id: string, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    ...{ id, at: NOW - 60_000, userId: '20505', action: 'domain.create', subject: 'd1' },
    ...{ domainId: 'd1', mailbox: null },
    ...changes,
  };
}

/** The last 24 hours, with something in some of them. */
export function anActivity(span: Activity['span'] = 'day'): Activity {
  const [count, length] = span === 'day' ? [24, HOUR_MS] : [30, 24 * HOUR_MS];
  const parts = Array.from({ length: count }, (_, n) => ({
    start: NOW - (count - 1 - n) * length,
    ...{ runs: (n * 7) % 11, exchange: (n * 5) % 9, liferay: n * 3 },
    ...{ failedRuns: n % 8 === 3 ? 2 : 0, failedEvents: n % 6 === 1 ? 1 : 0 },
  }));
  const failures: Activity['failures'] = [
    { what: 'run', reason: 'mailboxUnavailable', count: 6 },
    { what: 'event', reason: 'recurrenceNotExpressible', count: 4 },
  ];
  return { span, zone: 'UTC', parts, failures };
}

type Acted = v.InferOutput<typeof DomainMailboxAction>;

export class FakeDomain {
  mailboxes: DomainMailbox[] = [];
  detail: Partial<DomainMailboxDetail> = {};
  activity: Activity = anActivity();
  entries: AuditEntry[] = [];
  /** Entries in one part of the record. */
  auditPage = 200;
  /** What the end of the pairings of one mailbox could remove. */
  copies: Copies = { liferay: 0, exchange: 0, meetings: 0 };
  /** How many wait since a synchronisation was asked for, one answer after the other. */
  pending: number[] = [0];
  /** What every answer waits for. */
  until: Promise<void> = Promise.resolve();
  readonly acts: Acted[] = [];
  readonly patches: [id: string, patch: unknown][] = [];
  readonly requests: string[] = [];
  readonly files: string[] = [];
  readonly #failures = new Map<string, ApiReason>();

  readonly api = new ApiClient({ fetch: (path, options) => this.#fetch(path, options) });

  /** @param request such as "POST mailboxes" */
  fail(request: string, reason: ApiReason | null): void {
    if (reason === null) this.#failures.delete(request);
    else this.#failures.set(request, reason);
  }

  /** What was asked for last, of the list. */
  get asked(): Record<string, string> {
    const last = this.requests.findLast((request) => request.startsWith('GET mailboxes?'));
    return Object.fromEntries(new URLSearchParams(last?.replace(/^.*\?/, '')));
  }

  async #fetch(path: string, options: RequestInit = {}): Promise<unknown> {
    const below = path.replace('api/domains/d1/', '');
    const request = `${options.method ?? 'GET'} ${below}`;
    this.requests.push(request);
    await this.until;
    const [name = ''] = request.split('?');
    const failed = this.#failures.get(name);
    if (failed !== undefined) throw problem(failed);
    const query = Object.fromEntries(new URLSearchParams(below.replace(/^[^?]*\??/, '')));
    const body: unknown = typeof options.body === 'string' ? JSON.parse(options.body) : undefined;
    switch (name) {
      case 'GET mailboxes':
        return this.#list(v.parse(DomainMailboxQuery, query));
      case 'POST mailboxes':
        return this.#act(v.parse(DomainMailboxAction, body));
      case 'POST mailboxes/copies':
        return this.#copies(this.#meant(v.parse(DomainMailboxesNamed, body).which).length);
      case 'GET mailboxes.csv':
      case 'GET audit.csv':
        this.files.push(request);
        return new Response('address\r\n', { headers: { 'Content-Type': 'text/csv' } });
      case 'GET activity':
        return anActivityOf(this.activity, v.parse(ActivityQuery, query).span);
      case 'GET audit':
        return this.#audit(Number(query['after'] ?? 0));
      default: {
        const [method, id = ''] = name.split(' mailboxes/');
        const mailbox = this.mailboxes.find((each) => each.id === id);
        if (mailbox === undefined) throw problem('mailboxUnknown');
        if (method !== 'PATCH') return this.#detailOf(mailbox);
        this.patches.push([id, v.parse(DomainMailboxPatch, body)]);
        return new Response(null, { status: 204 });
      }
    }
  }

  #list(query: v.InferOutput<typeof DomainMailboxQuery>) {
    const { sort = 'address', order = 'ascending', limit = 100, after, since } = query;
    const key = (mailbox: DomainMailbox): string =>
      String(
        sort === 'state' ? mailbox.state : sort === 'interval' ? mailbox.intervalSeconds : mailbox.address,
      );
    const sign = order === 'ascending' ? 1 : -1;
    const fit = this.mailboxes
      .filter((mailbox) => fits(mailbox, query))
      .toSorted((a, b) => sign * key(a).localeCompare(key(b), 'en', { numeric: true }));
    const from = Number(after ?? 0);
    const reasons = Map.groupBy(this.mailboxes, ({ reason }) => reason);
    return {
      mailboxes: fit.slice(from, from + limit),
      next: from + limit < fit.length ? String(from + limit) : null,
      matching: fit.length,
      reasons: [...reasons].flatMap(([reason, all]) =>
        reason === null ? [] : [{ reason, mailboxes: all.length }],
      ),
      pending: since === undefined ? null : this.pending.length > 1 ? this.pending.shift() : this.pending[0],
      now: NOW,
    };
  }

  #act(order: Acted) {
    this.acts.push(order);
    const meant = this.#meant(order.which);
    const set = (changes: Partial<DomainMailbox>): void => {
      this.mailboxes = this.mailboxes.map((each) => (meant.includes(each) ? { ...each, ...changes } : each));
    };
    switch (order.action) {
      case 'pause':
        set({ state: 'paused', reason: 'pausedByAdministrator' });
        break;
      case 'resume':
        set({ state: 'active', reason: null });
        break;
      case 'interval':
        set({ intervalSeconds: order.intervalSeconds ?? 30, hasOwnInterval: order.intervalSeconds !== null });
        break;
      case 'unpair': {
        const there = this.#copies(meant.length);
        if (order.copies !== 'keep' && there[order.copies] > order.count) throw problem('copiesChanged');
        // Where copies go, the pairings end in the background.
        if (order.copies === 'keep') this.mailboxes = this.mailboxes.filter((each) => !meant.includes(each));
        break;
      }
      case 'sync':
        break;
    }
    return { mailboxes: meant.length, at: NOW };
  }

  #meant(which: Acted['which']): readonly DomainMailbox[] {
    return this.mailboxes.filter((mailbox) =>
      'ids' in which ? which.ids.includes(mailbox.id) : fits(mailbox, which),
    );
  }

  #copies(mailboxes: number): Copies {
    const { liferay, exchange, meetings } = this.copies;
    return {
      ...{ liferay: liferay * mailboxes, exchange: exchange * mailboxes },
      meetings: meetings * mailboxes,
    };
  }

  #detailOf(mailbox: DomainMailbox): DomainMailboxDetail {
    return {
      ...{ mailbox, reasonDetail: null, attempts: 0, actAs: null, pairings: [], problems: [], runs: [] },
      push: { state: 'on', kind: 'graph', heardAt: null, nextAt: null, reason: null, reasonDetail: null },
      ...this.detail,
    };
  }

  #audit(from: number) {
    const entries = this.entries.slice(from, from + this.auditPage);
    const end = from + entries.length;
    return { entries, next: end < this.entries.length ? String(end) : null };
  }
}

function fits(
  { address, state, reason }: DomainMailbox,
  wanted: { readonly search?: string; readonly state?: string; readonly reason?: string },
): boolean {
  return (
    address.includes((wanted.search ?? '').toLowerCase()) &&
    (wanted.state ?? state) === state &&
    (wanted.reason ?? reason) === reason
  );
}

function anActivityOf(activity: Activity, span: Activity['span'] = 'day'): Activity {
  return span === activity.span ? activity : anActivity(span);
}

function problem(reason: ApiReason): Response {
  const details: ProblemDetails = {
    ...{ type: 'about:blank', title: 'Failed', status: 409, detail: 'For the log.' },
    ...{ reason, requestId: 'req-7' },
  };
  return Response.json(details, { status: 409, headers: { 'content-type': 'application/problem+json' } });
}

/** Puts a panel on the page as the view of a domain does: in a sheet, with a live region that reads out. */
export function showPanel(
  name: 'exchange-domain-mailboxes' | 'exchange-domain-activity',
  domain: FakeDomain,
  language = 'en',
): HTMLElement {
  const sheet = document.createElement('div');
  sheet.className = 'sheet exchange-connector';
  sheet.lang = language;
  const live = document.createElement('div');
  live.className = 'sr-only';
  live.role = 'log';
  const panel = document.createElement(name);
  panel.api = domain.api;
  panel.texts = textsFor(language);
  panel.domainId = 'd1';
  panel.spritemap = undefined;
  sheet.addEventListener('exchange-calendar-announce', (event) => {
    if ('text' in event) live.textContent = String(event.text);
  });
  sheet.append(live, panel);
  document.body.replaceChildren(sheet);
  return sheet;
}
