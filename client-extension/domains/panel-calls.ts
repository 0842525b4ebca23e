/** What the panels ask the service about one domain. */
import * as v from 'valibot';
import { Activity, type ActivitySpan } from '#shared/activity.ts';
import { Copies } from '#shared/api.ts';
import { Audit, DomainMailboxDetail, DomainMailboxes, DomainMailboxesActed } from '#shared/domain-api.ts';
import type { DomainMailboxAction, DomainMailboxPatch } from '#shared/domain-requests.ts';
import type { ApiClient } from '../api-client.ts';

export class PanelCalls {
  readonly #api: ApiClient;
  readonly #below: string;

  constructor(api: ApiClient, domainId: string) {
    this.#api = api;
    this.#below = `api/domains/${encodeURIComponent(domainId)}`;
  }

  /** @param query as DomainMailboxQuery */
  mailboxes(query: URLSearchParams): Promise<DomainMailboxes> {
    return this.#api.call('GET', `${this.#below}/mailboxes?${query}`, DomainMailboxes);
  }

  mailbox(id: string): Promise<DomainMailboxDetail> {
    return this.#api.call('GET', this.#mailbox(id), DomainMailboxDetail);
  }

  act(order: DomainMailboxAction): Promise<v.InferOutput<typeof DomainMailboxesActed>> {
    return this.#api.call('POST', `${this.#below}/mailboxes`, DomainMailboxesActed, order);
  }

  /** What the end of their pairings could remove, on each side. */
  copies(which: DomainMailboxAction['which']): Promise<Copies> {
    return this.#api.call('POST', `${this.#below}/mailboxes/copies`, Copies, { which });
  }

  async change(id: string, patch: v.InferOutput<typeof DomainMailboxPatch>): Promise<void> {
    await this.#api.call('PATCH', this.#mailbox(id), v.unknown(), patch);
  }

  /** @param zone IANA name; days are those of this zone */
  activity(span: ActivitySpan, zone: string): Promise<Activity> {
    const query = new URLSearchParams({ span, zone });
    return this.#api.call('GET', `${this.#below}/activity?${query}`, Activity);
  }

  audit(after: string | undefined): Promise<v.InferOutput<typeof Audit>> {
    const query = after === undefined ? '' : `?${new URLSearchParams({ after })}`;
    return this.#api.call('GET', `${this.#below}/audit${query}`, Audit);
  }

  mailboxesFile(query: URLSearchParams): Promise<Blob> {
    return this.#file(`mailboxes.csv?${query}`);
  }

  auditFile(): Promise<Blob> {
    return this.#file('audit.csv');
  }

  /** What is no JSON Liferay's client gives as the Response itself. */
  async #file(name: string): Promise<Blob> {
    const response = await this.#api.call('GET', `${this.#below}/${name}`, v.instance(Response));
    return await response.blob();
  }

  #mailbox(id: string): string {
    return `${this.#below}/mailboxes/${encodeURIComponent(id)}`;
  }
}
