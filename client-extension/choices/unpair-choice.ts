/** `<exchange-calendar-unpair-choice>`: what becomes of the copies when one pairing ends. */
import type { PropertyDeclarations } from 'lit';
import { Copies, type Pairing, SyncAccepted } from '#shared/api.ts';
import type { ApiClient } from '../api-client.ts';
import { CopiesChoice } from './copies-choice.ts';

export class UnpairChoice extends CopiesChoice {
  static override properties: PropertyDeclarations = {
    api: { attribute: false },
    pairing: { attribute: false },
  };
  declare api: ApiClient;
  declare pairing: Pairing;

  protected override count(): Promise<Copies> {
    return this.api.ofPairing('GET', this.pairing.id, 'copies', Copies);
  }

  /** Ends the pairing as was chosen. False: the copies stay, and nothing was done. */
  async end(): Promise<boolean> {
    const { choice, copies } = this;
    if (choice === 'keep' || copies === undefined) return false;
    const body = { copies: choice, count: copies[choice] };
    await this.api.ofPairing('POST', this.pairing.id, 'unpair', SyncAccepted, body);
    return true;
  }
}
