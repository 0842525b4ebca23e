/** Defines the elements that everybody needs; those for administrators come when they are looked at. */
import './index.css';
import { ExchangeCalendarConnector } from './connector.ts';
import { defineOnce } from './define-once.ts';
import { HistoryChange } from './history-change.ts';
import { MyCalendars } from './my-calendars.ts';
import { PairingCard } from './pairing-card.ts';
import { PairingForm } from './pairing-form.ts';
import { PairingHeld } from './pairing-held.ts';
import { PairingHistory } from './pairing-history.ts';
import { PairingPreview } from './pairing-preview.ts';

const ELEMENTS = {
  'exchange-calendar-change': HistoryChange,
  'exchange-calendar-held': PairingHeld,
  'exchange-calendar-history': PairingHistory,
  'exchange-calendar-mine': MyCalendars,
  'exchange-calendar-pairing': PairingCard,
  'exchange-calendar-pairing-form': PairingForm,
  'exchange-calendar-preview': PairingPreview,
  'exchange-calendar-connector': ExchangeCalendarConnector,
} as const;

defineOnce(ELEMENTS);

type Elements = { [Name in keyof typeof ELEMENTS]: InstanceType<(typeof ELEMENTS)[Name]> };

declare global {
  interface HTMLElementTagNameMap extends Elements {}
}
