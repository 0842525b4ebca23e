/** Defines the elements for administrators of Exchange domains. Loaded when their view is looked at. */
import './panels.ts';
import { defineOnce } from '../define-once.ts';
import { DomainApprovals } from './domain-approvals.ts';
import { DomainForm } from './domain-form.ts';
import { DomainPage } from './domain-page.ts';
import { DomainReleases } from './domain-releases.ts';
import { DomainTest } from './domain-test.ts';
import { DomainsView } from './domains-view.ts';

const ELEMENTS = {
  'exchange-domain-approvals': DomainApprovals,
  'exchange-domain-form': DomainForm,
  'exchange-domain-releases': DomainReleases,
  'exchange-domain-test': DomainTest,
  'exchange-domain': DomainPage,
  'exchange-domains': DomainsView,
} as const;

defineOnce(ELEMENTS);

type Elements = { [Name in keyof typeof ELEMENTS]: InstanceType<(typeof ELEMENTS)[Name]> };

declare global {
  interface HTMLElementTagNameMap extends Elements {}
}
