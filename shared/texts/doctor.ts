/** What "Test connection" says to an administrator, in every language; which findings there are stands in ../doctor.ts. */
import type { DoctorFacts, DoctorResult, DoctorStep, DoctorStepName, Remedy } from '../doctor.ts';
import { doctorEn } from './doctor-en.ts';
import { doctorIt } from './doctor-it.ts';

/** Facts as phrases without a full stop; they are put one after the other. */
export type FactTexts = { readonly [Fact in keyof FactValues]: (value: FactValues[Fact]) => string };
type FactValues = Required<DoctorFacts>;

export interface DoctorTexts {
  readonly sides: Readonly<Record<DoctorStep['side'], string>>;
  readonly results: Readonly<Record<DoctorResult, string>>;
  /** What a step is about, as it stands in a list. */
  readonly steps: Readonly<Record<DoctorStepName, string>>;
  /** What is wrong, and what an administrator can do about it, in whole sentences. */
  readonly remedies: Readonly<Record<Remedy, string>>;
  readonly facts: FactTexts;
  readonly verdict: (failed: number) => string;
  /** In its place where another one looks at the same server. */
  readonly busy: string;
}

const LANGUAGES: Readonly<Record<string, DoctorTexts>> = { en: doctorEn, it: doctorIt };

/** The texts for a language id as in `textsFor`; English where there are none. */
export function doctorTextsFor(languageId: string): DoctorTexts {
  const [language = ''] = languageId.toLowerCase().split(/[-_.]/);
  return (Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined) ?? doctorEn;
}

/** The facts of a step as phrases, in the order of the texts. */
export function factPhrases({ facts: texts }: DoctorTexts, facts: DoctorFacts): readonly string[] {
  const names = Object.keys(texts) as (keyof DoctorFacts)[];
  return names.flatMap((fact) => phraseOf(texts, facts, fact));
}

function phraseOf<Fact extends keyof FactValues>(
  texts: FactTexts,
  facts: Partial<FactValues>,
  fact: Fact,
): readonly string[] {
  const value = facts[fact];
  return value === undefined ? [] : [texts[fact](value)];
}
