/** Defines the forms of decisions that few people come to. */
import { defineOnce } from '../define-once.ts';
import { PreviewAmbiguities } from './preview-ambiguities.ts';
import { UnpairChoice } from './unpair-choice.ts';

defineOnce({
  'exchange-calendar-ambiguities': PreviewAmbiguities,
  'exchange-calendar-unpair-choice': UnpairChoice,
});
