/** The demo with its page: the stage, the built client extension, and below it both calendars side by side. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';
import extensionConfig from '#client-extension/vite.config.ts';
import { clayTheme, OAUTH } from '#test/emulators/serve.ts';
import { ROOM_KEY } from './demo-api.ts';
import type { Room } from './room.ts';
import { demoRoutes } from './routes.ts';
import { openStage, type Stage } from './stage.ts';

const PAGE = fileURLToPath(new URL('./page', import.meta.url));
const EXTENSION_PATH = '/o/exchange-calendar-connector/';
const PAGE_PATH = '/demo/page/';

export interface ShowOptions {
  readonly port: number;
  readonly onLog: (line: string) => void;
  readonly say: (line: string) => void;
}

/** @throws CannotStart when a port is taken */
export async function openShow({ port, onLog, say }: ShowOptions): Promise<Stage> {
  let routes: ReturnType<typeof demoRoutes> | null = null;
  say('Filling both calendars with a year of events and starting the service …');
  const stage = await openStage({ port, onLog, besidePortal: (request) => routes?.(request) ?? null });
  routes = demoRoutes((screenName) => {
    if (screenName === ROOM_KEY) return stage.room.sides;
    const person = stage.emulators.people.find((each) => each.screenName === screenName);
    return person === undefined ? null : stage.sidesOf(person);
  }, stage.room);
  say('Building the page, a few seconds …');
  try {
    await configurePage(stage);
  } catch (error) {
    await stage.stop();
    throw error;
  }
  return stage;
}

async function configurePage({ emulators, serviceUrl, folder, room }: Stage): Promise<void> {
  const extension = await built(join(folder, 'extension'), extensionConfig);
  const page = await built(join(folder, 'page'), pageConfig());
  const files = new Map([
    ...extension.map((file) => [EXTENSION_PATH + file.name, file] as const),
    ...page.map((file) => [PAGE_PATH + file.name, file] as const),
  ]);
  const urls = (pattern: RegExp) =>
    extension.filter(({ name }) => pattern.test(name)).map(({ name }) => EXTENSION_PATH + name);
  emulators.liferay.configurePage({
    ...clayTheme(),
    clientExtension: {
      elementName: 'exchange-calendar-connector',
      // As client-extension.yaml names them; further files load from these.
      scriptUrls: urls(/^main\..*\.js$/),
      cssUrls: urls(/\.css$/),
      properties: { 'service-erc': OAUTH.userAgentErc },
      serviceUrl,
    },
    assets: (path) => files.get(path) ?? null,
    belowElement: ({ screenName }) =>
      emulators.people.some((person) => person.screenName === screenName) ? calendars(screenName, room) : '',
  });
}

function calendars(screenName: string, { name }: Room): string {
  return `<link rel="stylesheet" href="${PAGE_PATH}page.css"><section class="sheet demo" id="demo-calendars" data-user="${screenName}" data-room="${name}" aria-labelledby="demo-heading"></section><script type="module" src="${PAGE_PATH}page.js"></script>`;
}

interface BuiltFile {
  readonly name: string;
  readonly type: string;
  readonly body: string;
}

async function built(folder: string, config: InlineConfig): Promise<BuiltFile[]> {
  await build({
    ...config,
    configFile: false,
    logLevel: 'error',
    build: { ...config.build, outDir: folder, emptyOutDir: true },
  });
  return readdirSync(folder)
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => ({
      name,
      type: name.endsWith('.js') ? 'text/javascript' : 'text/css',
      body: readFileSync(join(folder, name), 'utf8'),
    }));
}

function pageConfig(): InlineConfig {
  return {
    root: PAGE,
    build: {
      target: 'es2022',
      modulePreload: false,
      cssCodeSplit: false,
      rolldownOptions: {
        input: join(PAGE, 'main.ts'),
        output: {
          format: 'es',
          codeSplitting: false,
          entryFileNames: 'page.js',
          assetFileNames: 'page[extname]',
        },
      },
    },
  };
}
