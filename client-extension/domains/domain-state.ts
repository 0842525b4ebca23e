/** How a domain does, as Clay's label. */
import type { TemplateResult } from 'lit';
import type { Domain } from '#shared/domain-api.ts';
import type { DomainTexts } from '#shared/texts/domains/dictionary.ts';
import { label } from '../label.ts';

const LOOKS = {
  active: { label: 'success', icon: 'check-circle-full' },
  failing: { label: 'warning', icon: 'warning-full' },
  paused: { label: 'secondary', icon: 'pause' },
} as const;

/** One that variables describe has no name until somebody gives it one. */
export function nameOf({ name, server, id }: Domain): string {
  return name === '' ? (server ?? id) : name;
}

/** `failing`: something keeps all of it from being worked on. */
export function stateOf({ state, reason }: Domain): keyof typeof LOOKS {
  if (state === 'paused') return 'paused';
  return reason === null ? 'active' : 'failing';
}

export function stateLabel(
  domain: Domain,
  words: DomainTexts,
  spritemap: string | undefined,
): TemplateResult {
  const state = stateOf(domain);
  return label(words.states[state], LOOKS[state], spritemap);
}
