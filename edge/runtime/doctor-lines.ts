/** The report of "Test connection" as lines for a terminal: one for each step, without colours. */
import type { DoctorReport, DoctorStep } from '#shared/doctor.ts';
import { type DoctorTexts, factPhrases } from '#shared/texts/doctor.ts';

/** One line for each step, and one with the verdict. */
export function doctorLines({ steps }: DoctorReport, texts: DoctorTexts): readonly string[] {
  const failed = steps.filter(({ result }) => result === 'failed').length;
  return [...steps.map((step) => lineOf(step, texts)), texts.verdict(failed)];
}

/** `failed     Exchange  sign in  120 ms  configured is Basic (HTTP 401: …). The server refused …` */
function lineOf(step: DoctorStep, texts: DoctorTexts): string {
  const { side, result, milliseconds, remedy, detail, facts } = step;
  const results = Object.values(texts.results);
  const width = Math.max(...results.map(({ length }) => length));
  const head = `${texts.results[result].padEnd(width)}  ${texts.sides[side].padEnd(8)}  ${texts.steps[step.step]}`;
  const time = result === 'notTried' ? '' : `, ${milliseconds} ms`;
  const phrases = factPhrases(texts, facts);
  const seen = phrases.length === 0 ? '' : `: ${phrases.join(', ')}`;
  const said = detail === null ? '' : ` (${detail})`;
  const todo = remedy === null ? '' : `. ${texts.remedies[remedy]}`;
  return printable(`${head}${time}${seen}${said}${todo}`);
}

/** Names and texts of servers are shown in a terminal, which takes some characters for commands. */
function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, ' ');
}
