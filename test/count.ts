/**
 * Reads Vitest's JSON reports: names each test that failed, with the first line of its reason, and ends with the one
 * line that says how many passed, failed and were skipped.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node test/count.ts FOLDER');
  process.exit(2);
}
let passed = 0;
let failed = 0;
let skipped = 0;
for (const name of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report;
  passed += report.numPassedTests;
  // A file that could not even be loaded has no tests of its own to fail.
  failed += report.numFailedTests + (report.success || report.numFailedTests > 0 ? 0 : 1);
  skipped += report.numPendingTests;
  for (const line of failuresOf(report)) console.log(`${name}: ${line}`);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function* failuresOf({ testResults }: Report): Generator<string> {
  for (const { name, status, message, assertionResults } of testResults) {
    const tests = assertionResults.filter((test) => test.status === 'failed');
    for (const { fullName, failureMessages } of tests) {
      yield `${fullName}: ${firstLine(failureMessages?.[0] ?? '')}`;
    }
    if (status === 'failed' && tests.length === 0) yield `${name}: ${firstLine(message)}`;
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
