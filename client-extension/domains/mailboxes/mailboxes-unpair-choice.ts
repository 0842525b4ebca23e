/** `<exchange-domain-unpair-choice>`: what becomes of the copies when the pairings of many mailboxes end. */
import type { PropertyDeclarations } from 'lit';
import type { Copies } from '#shared/api.ts';
import type { DomainMailboxAction } from '#shared/domain-requests.ts';
import { CopiesChoice } from '../../choices/copies-choice.ts';
import type { PanelCalls } from '../panel-calls.ts';

type Which = DomainMailboxAction['which'];

export class MailboxesUnpairChoice extends CopiesChoice {
  static override properties: PropertyDeclarations = {
    calls: { attribute: false },
    requests: { attribute: false },
  };
  declare calls: PanelCalls;
  /** Which mailboxes, a part for each request. */
  declare requests: readonly Which[];
  /** Of each request, what was shown in sum. */
  #counted: readonly Copies[] = [];

  protected override async count(): Promise<Copies> {
    const counted = await Promise.all(this.requests.map((which) => this.calls.copies(which)));
    this.#counted = counted;
    const sum = (of: (copies: Copies) => number): number =>
      counted.reduce((before, copies) => before + of(copies), 0);
    return {
      liferay: sum(({ liferay }) => liferay),
      exchange: sum(({ exchange }) => exchange),
      meetings: sum(({ meetings }) => meetings),
    };
  }

  /** What the service is asked to do, as was chosen. */
  orders(): readonly DomainMailboxAction[] {
    const { choice, requests } = this;
    return requests.map((which, index) => {
      const copies = this.#counted[index];
      return choice === 'keep' || copies === undefined
        ? { action: 'unpair', which, copies: 'keep' }
        : { action: 'unpair', which, copies: choice, count: copies[choice] };
    });
  }
}
