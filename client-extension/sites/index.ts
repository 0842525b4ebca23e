/** Defines the elements for administrators of sites. Loaded when their view is looked at. */
import { defineOnce } from '../define-once.ts';
import { AttachDialog } from './attach-dialog.ts';
import { SiteMailboxes } from './site-mailboxes.ts';
import { SitesView } from './sites-view.ts';

const ELEMENTS = {
  'exchange-calendar-attach': AttachDialog,
  'exchange-calendar-site': SiteMailboxes,
  'exchange-calendar-sites': SitesView,
} as const;

defineOnce(ELEMENTS);

type Elements = { [Name in keyof typeof ELEMENTS]: InstanceType<(typeof ELEMENTS)[Name]> };

declare global {
  interface HTMLElementTagNameMap extends Elements {}
}
