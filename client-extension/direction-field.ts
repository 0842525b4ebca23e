/** In which directions a pairing copies, each with what that means. */
import type { TemplateResult } from 'lit';
import type { Direction } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { radioGroup } from './fields.ts';
import type { WriteBack } from './pairing-choice.ts';

export interface DirectionField {
  readonly id: string;
  readonly direction: Direction;
  /** Why Exchange cannot be written to, if so. */
  readonly writeBack: WriteBack;
  readonly texts: Texts;
  readonly change: (direction: Direction) => void;
}

const DIRECTIONS: readonly Direction[] = ['both', 'toLiferay'];

export function directionField({ id, direction, writeBack, texts, change }: DirectionField): TemplateResult {
  const { ui } = texts;
  const refusals = { readOnly: ui.writeBackReadOnly, taken: ui.writeBackTaken };
  return radioGroup({
    id,
    label: ui.direction,
    chosen: direction,
    change,
    choices: DIRECTIONS.map((value) => {
      const isRefused = value === 'both' && writeBack !== 'free';
      return {
        value,
        label: ui.directionChoices[value],
        explanation: isRefused ? refusals[writeBack] : ui.directionTexts[value],
        disabled: isRefused,
      };
    }),
  });
}
