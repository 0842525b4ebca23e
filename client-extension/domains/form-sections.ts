/** The sections of a domain's settings: their fields, of which only those are shown that apply. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Domain } from '#shared/domain-api.ts';
import type { DomainTexts } from '#shared/texts/domains/dictionary.ts';
import { radioGroup, selectField } from '../fields.ts';
import { leadingIcon } from '../icon.ts';
import { toggle } from '../toggle.ts';
import {
  type Administrator,
  actingOf,
  type DomainDraft,
  type Field,
  NO_SIGN_IN,
  type SignInDraft,
  signInKindOf,
} from './domain-draft.ts';
import { feedback, textField } from './text-field.ts';

/** What a section is drawn from. */
export interface Section {
  /** Prefix of the ids of the controls: `<id>-<field>`. */
  readonly id: string;
  readonly words: DomainTexts;
  readonly spritemap: string | undefined;
  /** Null: a new one. */
  readonly domain: Domain | null;
  readonly draft: DomainDraft;
  /** What is wrong with a field, as a sentence; '' if nothing is. */
  readonly errorOf: (field: Field) => string;
  readonly change: (changes: Partial<DomainDraft>) => void;
  /** Who may also set what reaches beyond the domain. */
  readonly isOfPortal: boolean;
  /** Gives the control `<id>-<name>` the focus, once it is there. */
  readonly focus: (name: string) => void;
}

/** A value that is shown and cannot be changed here. */
function fixed(label: string, value: string | readonly string[]): TemplateResult {
  const lines = typeof value === 'string' ? [value] : value;
  return html`<div class="form-group">
    <dl class="exchange-domain-fixed">
      <dt>${label}</dt>
      ${lines.map((line) => html`<dd>${line}</dd>`)}
    </dl>
  </div>`;
}

type TextOf = 'name' | 'mailDomains' | 'url' | 'releasedHosts' | 'interval' | 'maxConcurrent';

function text(
  { id, words, draft, domain, errorOf, change }: Section,
  field: TextOf,
  more: { readonly rows?: number; readonly type?: 'url' | 'number' } = {},
): TemplateResult {
  return textField({
    id: `${id}-${field}`,
    label: words.fields[field],
    ...(field === 'name' ? {} : { explanation: hintOf(words, field, domain) }),
    value: draft[field],
    error: errorOf(field),
    change: (value) => change({ [field]: value }),
    ...more,
  });
}

function hintOf(words: DomainTexts, field: Exclude<TextOf, 'name'>, domain: Domain | null): string {
  const hint = words.hints[field];
  const takesTheRest = field === 'mailDomains' && domain !== null && domain.mailDomains.length === 0;
  return takesTheRest ? `${hint} ${words.takesTheRest}` : hint;
}

export function nameSection(section: Section): TemplateResult {
  const { words, draft, domain, isOfPortal } = section;
  const names = domain?.mailDomains ?? [];
  return html`${text(section, 'name')}
  ${
    isOfPortal
      ? text(section, 'mailDomains', { rows: Math.min(8, Math.max(2, draft.mailDomains.split('\n').length)) })
      : html`${fixed(words.fields.mailDomains, names.length === 0 ? words.allOtherMailDomains : names)}
          <p class="text-secondary">${words.setByPortal}</p>`
  }`;
}

export function reachSection(section: Section): TemplateResult {
  const { id, words, draft, domain, change, isOfPortal } = section;
  if (domain?.origin === 'configuration') return configuredReach(words, domain);
  const isPrivate = draft.network === 'private';
  return html`${radioGroup({
    id: `${id}-reach`,
    label: words.reach,
    choices: (['url', 'autodiscover'] as const).map((value) => ({
      value,
      label: words.reaches[value],
      explanation: words.reachTexts[value],
    })),
    chosen: draft.reach,
    change: (reach) => change({ reach }),
  })}
  ${
    draft.reach === 'url'
      ? text(section, 'url', { type: 'url' })
      : html`${text(section, 'releasedHosts', { rows: 3 })}
        ${selectField({
          id: `${id}-prefer`,
          label: words.prefer,
          choices: (['external', 'internal'] as const).map((value) => ({
            value,
            label: words.prefers[value],
          })),
          chosen: draft.prefer,
          change: (prefer) => change({ prefer }),
        })}`
  }
  ${
    isOfPortal
      ? toggle({
          id: `${id}-network`,
          label: words.network,
          explanation: isPrivate ? words.networkTexts.private : words.networkTexts.public,
          on: isPrivate,
          disabled: false,
          change: (on) => change({ network: on ? 'private' : 'public' }),
        })
      : html`${fixed(words.network, words.networkTexts[domain?.network ?? 'public'])}
        <p class="text-secondary">${words.setByPortal}</p>`
  }`;
}

function configuredReach(words: DomainTexts, { reach, network }: Domain): TemplateResult {
  return html`${
    reach.kind === 'url'
      ? fixed(words.fields.url, reach.url)
      : html`${fixed(words.fields.releasedHosts, reach.releasedHosts)} ${fixed(words.prefer, words.prefers[reach.prefer])}`
  }
  ${fixed(words.network, network === null ? words.networkOfOperator : words.networkTexts[network])}`;
}

export function signInSection(section: Section): TemplateResult {
  const { id, words, draft, domain, change, errorOf, focus, spritemap } = section;
  const { signIn } = draft;
  if (signIn !== null) return signInFields(section, signIn);
  const kind = domain?.signInKind ?? null;
  const isSet = kind === null ? words.signInLost : words.signInIsSet(words.signIns[kind]);
  if (domain?.origin === 'configuration') return html`<p>${isSet}</p>`;
  const error = errorOf('signIn');
  const replace = (): void => {
    const replaced = kind ?? 'basic';
    change({ signIn: { ...NO_SIGN_IN, kind: replaced } });
    focus(`signIn-${replaced}`);
  };
  return html`<div class="form-group ${error === '' ? '' : 'has-error'}">
    <p>${isSet} ${words.neverShown}</p>
    <button
      type="button"
      class="btn btn-sm btn-secondary"
      id="${id}-signIn"
      aria-describedby=${error === '' ? nothing : `${id}-signIn-error`}
      @click=${replace}
    >
      ${leadingIcon('lock', spritemap)}${words.replaceSignIn}
    </button>
    ${feedback(`${id}-signIn`, error)}
  </div>`;
}

function signInFields(section: Section, signIn: SignInDraft): TemplateResult {
  const { id, words, domain, change, errorOf, focus } = section;
  const keep = (): void => {
    change({ signIn: null });
    focus('signIn');
  };
  const set = (changes: Partial<SignInDraft>): void => change({ signIn: { ...signIn, ...changes } });
  const field = (
    name: Exclude<keyof SignInDraft, 'kind' | 'proof'>,
    more: { readonly rows?: number; readonly type?: 'password' | 'url' } = {},
  ): TemplateResult => {
    const explanation = words.signInHints[name];
    return textField({
      id: `${id}-${name}`,
      label: words.signInFields[name],
      ...(explanation === undefined ? {} : { explanation }),
      value: signIn[name],
      error: errorOf(name),
      change: (value) => set({ [name]: value }),
      ...more,
    });
  };
  const isKept = domain !== null && domain.signInKind !== null;
  return html`${radioGroup({
    id: `${id}-signIn`,
    label: words.signIn,
    between: feedback(`${id}-signIn`, errorOf('signIn')),
    choices: (['basic', 'ntlm', 'oauth'] as const).map((value) => ({
      value,
      label: words.signIns[value],
      explanation: words.signInTexts[value],
    })),
    chosen: signIn.kind,
    change: (kind) => set({ kind }),
  })}
  ${
    signIn.kind === 'oauth'
      ? html`${field('tokenUrl', { type: 'url' })} ${field('clientId')} ${field('scope')}
        ${radioGroup({
          id: `${id}-proof`,
          label: words.proof,
          choices: (['secret', 'certificate'] as const).map((value) => ({
            value,
            label: words.proofs[value],
          })),
          chosen: signIn.proof,
          change: (proof) => set({ proof }),
        })}
        ${
          signIn.proof === 'secret'
            ? field('secret', { type: 'password' })
            : html`${field('certificate', { rows: 4 })} ${field('privateKey', { rows: 4 })}`
        }`
      : html`${field('user')} ${field('password', { type: 'password' })}`
  }
  ${
    isKept
      ? html`<button type="button" class="btn btn-sm btn-secondary" @click=${keep}>
          ${words.keepSignIn}
        </button>`
      : nothing
  }`;
}

export function actingSection(section: Section): TemplateResult {
  const { id, words, draft, domain, change, errorOf } = section;
  const isApplication = signInKindOf(domain, draft) === 'oauth';
  if (domain?.origin === 'configuration') {
    return fixed(words.acting, domain.acting === null ? words.unknown : words.actings[domain.acting]);
  }
  const choices = (['address', 'principalName', 'sid', 'delegate'] as const).filter(
    (value) => value !== 'delegate' || !isApplication,
  );
  return html`${radioGroup({
    id: `${id}-acting`,
    label: words.acting,
    between: feedback(`${id}-acting`, errorOf('acting')),
    choices: choices.map((value) => ({
      value,
      label: words.actings[value],
      explanation: words.actingTexts[value],
    })),
    chosen: actingOf(domain, draft),
    change: (acting) => change({ acting }),
  })}
  ${isApplication ? onlineProtocol(section) : nothing}`;
}

/** Only an application gets into Exchange Online. */
function onlineProtocol({ id, words, draft, change }: Section): TemplateResult {
  return radioGroup({
    id: `${id}-onlineProtocol`,
    label: words.onlineProtocol,
    choices: (['graph', 'ews'] as const).map((value) => ({
      value,
      label: words.onlineProtocols[value],
      explanation: words.onlineProtocolTexts[value],
    })),
    chosen: draft.onlineProtocol,
    change: (chosen) => change({ onlineProtocol: chosen }),
  });
}

export function ruleSection({ id, words, draft, domain, change }: Section): TemplateResult {
  if (domain?.origin === 'configuration') return fixed(words.rule, words.rules[domain.addressRule]);
  return radioGroup({
    id: `${id}-addressRule`,
    label: words.rule,
    choices: (['trustPortal', 'requireVerified', 'approve'] as const).map((value) => ({
      value,
      label: words.rules[value],
      explanation: words.ruleTexts[value],
    })),
    chosen: draft.addressRule,
    change: (addressRule) => change({ addressRule }),
  });
}

export function limitsSection(section: Section): TemplateResult {
  const { words, domain } = section;
  return html`<div class="exchange-connector-fields">
    ${text(section, 'interval', { type: 'number' })}
    ${
      domain?.origin === 'configuration'
        ? fixed(words.fields.maxConcurrent, String(domain.maxConcurrent))
        : text(section, 'maxConcurrent', { type: 'number' })
    }
  </div>`;
}

export function administratorsSection(section: Section): TemplateResult {
  const { id, words, draft, domain, change, errorOf, focus, isOfPortal, spritemap } = section;
  const { administrators } = draft;
  if (!isOfPortal) {
    const names = (domain?.administrators ?? []).map(({ kind, value }) => words.administrator[kind](value));
    return html`${fixed(words.sections.administrators, names)} <p class="text-secondary">${words.setByPortal}</p>`;
  }
  const add = (): void => {
    change({ administrators: [...administrators, { kind: 'user', value: '' }] });
    focus(`administrator-${administrators.length}-kind`);
  };
  const error = errorOf('administrators');
  return html`<div class=${error === '' ? '' : 'has-error'}>
      ${administrators.length === 0 ? html`<p>${words.noAdministrators}</p>` : nothing}
      ${administrators.map((each, index) => administratorRow(section, each, index))} ${feedback(`${id}-administrators`, error)}
    </div>
    <button type="button" class="btn btn-sm btn-secondary" id="${id}-administrators" @click=${add}>
      ${leadingIcon('plus', spritemap)}${words.addAdministrator}
    </button>`;
}

function administratorRow(
  { id, words, draft, change, focus }: Section,
  { kind, value }: Administrator,
  index: number,
): TemplateResult {
  const { administrators } = draft;
  const set = (changes: Partial<Administrator>): void =>
    change({
      administrators: administrators.map((each, at) => (at === index ? { ...each, ...changes } : each)),
    });
  const remove = (): void => {
    change({ administrators: administrators.filter((_, at) => at !== index) });
    focus('administrators');
  };
  return html`<div class="exchange-domain-row">
    ${selectField({
      id: `${id}-administrator-${index}-kind`,
      label: words.administratorKind,
      choices: (['user', 'role'] as const).map((each) => ({
        value: each,
        label: words.administratorKinds[each],
      })),
      chosen: kind,
      change: (chosen) => set({ kind: chosen }),
    })}
    ${textField({
      id: `${id}-administrator-${index}`,
      label: words.administratorValues[kind],
      value,
      change: (typed) => set({ value: typed }),
    })}
    <button
      type="button"
      class="btn btn-sm btn-secondary"
      aria-label=${words.removeNamed(value)}
      @click=${remove}
    >
      ${words.remove}
    </button>
  </div>`;
}
