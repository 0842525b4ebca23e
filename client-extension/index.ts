/**
 * Defines the elements. The module may be evaluated more than once in a page (two versions of it during a
 * deployment, or the same under two addresses), and a second definition of a name is an error.
 */
import './index.css';
import { ExchangeCalendarConnector } from './connector.ts';
import { PairingCard } from './pairing-card.ts';
import { PairingForm } from './pairing-form.ts';
import { PairingHeld } from './pairing-held.ts';
import { PairingHistory } from './pairing-history.ts';
import { PairingPreview } from './pairing-preview.ts';

const ELEMENTS = {
  'exchange-calendar-held': PairingHeld,
  'exchange-calendar-history': PairingHistory,
  'exchange-calendar-pairing': PairingCard,
  'exchange-calendar-pairing-form': PairingForm,
  'exchange-calendar-preview': PairingPreview,
  'exchange-calendar-connector': ExchangeCalendarConnector,
} as const;

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}

type Elements = { [Name in keyof typeof ELEMENTS]: InstanceType<(typeof ELEMENTS)[Name]> };

declare global {
  interface HTMLElementTagNameMap extends Elements {}
}
