/** Spoilt answers, as `npm run fuzz` makes them: a few thousand of each kind, and whether anything would be noticed. */
import { describe, expect, test } from 'vitest';
import { type Finding, fuzzOnce } from '#test/fuzz/fuzz.ts';
import { PARSERS, type Parser, type Scene } from '#test/fuzz/scene.ts';
import { allScenes } from '#test/fuzz/scenes.ts';

const RUNS = 2_000;
/** Some answers keep a processor busy for a while, and others may be busy too. */
const TIMEOUT_MS = 600_000;

interface Fuzzed {
  readonly findings: readonly Finding[];
  readonly answered: number;
}

async function fuzz(scenes: readonly Scene[], runs: number): Promise<Fuzzed> {
  const findings: Finding[] = [];
  let answered = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const ending = await fuzzOnce(scenes, seed);
    if (typeof ending !== 'string') findings.push(ending);
    else if (ending === 'answered') answered += 1;
  }
  return { findings, answered };
}

test.each(PARSERS)(
  '%s: 2,000 spoilt answers are read, or refused with a reason',
  async (parser: Parser) => {
    const { findings, answered } = await fuzz(await allScenes(parser), RUNS);
    expect(findings).toEqual([]);
    // What is refused at the first look shows little.
    expect(answered).toBeGreaterThan(RUNS / 50);
  },
  TIMEOUT_MS,
);

describe('an adapter with a fault is found out', () => {
  const answer = { question: 'GET / ', status: 200, headers: {}, body: '{"event":{"title":"A","at":1}}' };
  const readingBy = (read: (text: string) => unknown): readonly Scene[] => [
    {
      ...{ parser: 'jsonws', name: 'planted', answers: [answer] },
      run: async (fetch) => {
        const { body } = await fetch('https://x/', { method: 'GET', headers: {}, redirect: 'manual' });
        let text = '';
        for await (const chunk of body ?? []) text += new TextDecoder().decode(chunk);
        return read(text);
      },
    },
  ];
  const faults: Readonly<Record<string, (text: string) => unknown>> = {
    'an error without a reason': (text) => JSON.parse(text).event.title.length,
    'it prints': (text) => {
      if (!text.includes('"A"')) console.warn(text);
    },
    'an empty id': (text) => ({ id: /"title":"(\w+)"/.exec(text)?.[1] ?? '' }),
    'more than': async () => {
      const { Endless } = await import('#test/fuzz/scene.ts');
      throw new Endless('more than 500 requests');
    },
  };

  test.each(Object.entries(faults))('%s', async (said, read) => {
    const { findings } = await fuzz(readingBy(read), 200);
    expect(findings.length).toBeGreaterThan(0);
    for (const { wrong } of findings) expect(wrong).toContain(said);
    // For most of these one step is enough, also where five were taken.
    const small = findings.filter(({ mutations }) => mutations.length === 1);
    expect(small.length).toBeGreaterThan(findings.length * 0.75);
  });

  test('the same seed says the same', async () => {
    const scenes = readingBy(() => ({ id: '' }));
    expect(await fuzzOnce(scenes, 7)).toEqual(await fuzzOnce(scenes, 7));
    expect(await fuzzOnce(scenes, 7)).not.toEqual(await fuzzOnce(scenes, 8));
  });
});
