/**
 * All test projects. `npm test` runs them together; `npx vitest run --config test/vitest.config.ts --project unit`
 * runs one.
 */
import { builtinModules } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import type {} from './browser/no-browser.skip.ts';
import { CHROMIUM_ARGUMENTS, findChromium } from './chromium.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Drives a browser of its own from Node, since it needs the real service beside the page. */
const DEMO_IN_BROWSER = 'test/browser/demo.test.ts';

/** Looks at what is loaded when, which it can only where nothing was loaded before. */
const LOADING = 'test/unit/exchange/ews-library.test.ts';

/**
 * Whole processes started as an administrator does, and mutated answers for the parsers: slow, and no time zone of the
 * machine reaches them. They are not among those that run in three.
 */
const IN_ONE_ZONE = [
  'test/contract/doctor-command.test.ts',
  'test/contract/durability.test.ts',
  'test/contract/pair-command.test.ts',
  'test/unit/fuzz/fuzz.test.ts',
  'test/unit/runtime/node.test.ts',
];

/**
 * Scenarios about events, series and meetings that Microsoft Graph has to stand as well as Exchange Web Services. Of two
 * mailboxes in them the first is over Graph and the second over EWS.
 */
const OVER_GRAPH = [
  'bad-input',
  'deletions',
  'edits',
  'evidence',
  'exceptions',
  'exceptions-both',
  'exceptions-series',
  'first-sync',
  'identity',
  'invitee',
  'lost-state',
  'mail',
  'moved-occurrences',
  'organiser',
  'organiser-liferay',
  'organiser-outlook',
  'responses',
  'responses-series',
  'responses-untold',
  'rooms',
  'rooms-moved',
  'rooms-races',
  'series',
  'unfinished',
  'window',
];

/** Those whose subject is Liferay or the store, or that take long: with `GRAPH_SUITES=all`. */
const FURTHER_OVER_GRAPH = [
  'calendar-zone',
  'details',
  'invitee-occurrences',
  'invitee-recovery',
  'invitee-series',
  'mass-change',
  'moments',
  'older-backup',
  'participants',
  'preview-ambiguities',
  'privacy',
  'quarrels',
  'read-only',
  'segments',
  'strange-input',
  'undo',
  'unpair',
  'unread-rows',
  'versions',
  'preview-invitations',
  'rooms-invited',
  'rooms-meetings',
  'texts',
  'preview',
];

const suitesOverGraph = [...OVER_GRAPH, ...(process.env['GRAPH_SUITES'] === 'all' ? FURTHER_OVER_GRAPH : [])];

const chromium = await findChromium();

/** People wait in front of a page: what is tested there comes when the rest of the suite leaves the processors to it. */
const IN_FRONT_OF_A_PAGE = { groupOrder: 1 };

/**
 * Backstops against hanging, far above what anything takes: all projects share the processors of one machine, and on a
 * busy one a test may take many times as long as by itself.
 */
const SHORT = 120_000;
const LONG = 300_000;

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
          include: [
            'lit',
            'lit/directives/keyed.js',
            'lit/directives/repeat.js',
            '@lit/task',
            'valibot',
            'axe-core',
          ],
        },
        test: {
          name: 'browser',
          sequence: IN_FRONT_OF_A_PAGE,
          include: ['test/browser/**/*.test.ts'],
          exclude: [DEMO_IN_BROWSER],
          testTimeout: SHORT,
          hookTimeout: SHORT,
          expect: { poll: { timeout: 30_000 } },
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
    // One for each processor: Vitest would leave one out.
    maxWorkers: availableParallelism(),
    projects: [
      {
        root,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.ts'],
          exclude: [LOADING, ...IN_ONE_ZONE],
          setupFiles: ['test/property-seed.ts'],
          // Our modules keep no state: loading them once for all files takes half of the time away.
          isolate: false,
          testTimeout: SHORT,
          hookTimeout: SHORT,
        },
      },
      {
        root,
        test: {
          name: 'contract',
          environment: 'node',
          include: ['test/contract/**/*.test.ts'],
          exclude: IN_ONE_ZONE,
          setupFiles: ['test/property-seed.ts'],
          provide: { protocol: 'ews' },
          isolate: false,
          testTimeout: LONG,
          hookTimeout: SHORT,
        },
      },
      {
        root,
        test: {
          name: 'in-one-zone',
          environment: 'node',
          include: IN_ONE_ZONE,
          setupFiles: ['test/property-seed.ts'],
          provide: { protocol: 'ews' },
          isolate: false,
          testTimeout: LONG,
          hookTimeout: SHORT,
        },
      },
      {
        root,
        test: {
          name: 'graph',
          environment: 'node',
          include: suitesOverGraph.map((name) => `test/contract/sync/${name}.test.ts`),
          provide: { protocol: 'both' },
          isolate: false,
          testTimeout: LONG,
          hookTimeout: SHORT,
        },
      },
      {
        root,
        test: {
          name: 'simulation',
          environment: 'node',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 1_800_000,
        },
      },
      browserProject,
      {
        root,
        test: { name: 'loading', environment: 'node', include: [LOADING], testTimeout: SHORT },
      },
      {
        root,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          environment: 'node',
          include: [DEMO_IN_BROWSER, 'test/demo/demo.test.ts'],
          testTimeout: LONG,
          hookTimeout: LONG,
        },
      },
      {
        root,
        resolve: { alias: { '@ewsjs/xhr': `${root}edge/exchange/ews/no-xhr.ts` } },
        plugins: [
          cloudflareTest(({ inject }) => {
            const { variables, stages } = inject('surroundings');
            return {
              wrangler: { configPath: 'edge/wrangler.jsonc' },
              miniflare: { bindings: { ...variables, LIBSQL_URL: stages.realQueue.libsqlUrl } },
            };
          }),
        ],
        test: {
          name: 'worker',
          include: ['test/worker/**/*.test.ts'],
          globalSetup: ['test/worker/global-setup.ts'],
          // A CommonJS package in a circle: workerd's own loader does not get through it, the bundler does.
          deps: {
            optimizer: {
              ssr: {
                enabled: true,
                include: ['ews-javascript-api'],
                rolldownOptions: { external: [...builtinModules] },
              },
            },
          },
          testTimeout: SHORT,
          hookTimeout: SHORT,
        },
      },
    ],
  },
});
