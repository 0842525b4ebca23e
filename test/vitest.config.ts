/**
 * All test projects. `npm test` runs them together; `npx vitest run --config test/vitest.config.ts --project unit`
 * runs one.
 */
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { CHROMIUM_ARGUMENTS, findChromium } from './chromium.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const chromium = await findChromium();

const browserProject: TestProjectInlineConfiguration =
  'missing' in chromium
    ? {
        root,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/no-browser.skip.ts'],
          provide: { whyNoBrowser: chromium.missing },
        },
      }
    : {
        root,
        // Found late, a dependency reloads the page in the middle of a test.
        optimizeDeps: {
          include: ['lit', 'lit/directives/repeat.js', '@lit/task', 'valibot', 'axe-core'],
        },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 20_000,
          expect: { poll: { timeout: 4_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
            provider: playwright({
              launchOptions: { executablePath: chromium.executablePath, args: [...CHROMIUM_ARGUMENTS] },
            }),
          },
        },
      };

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: { name: 'unit', environment: 'node', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        root,
        test: {
          name: 'contract',
          environment: 'node',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'simulation',
          environment: 'node',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 900_000,
        },
      },
      browserProject,
    ],
  },
});
