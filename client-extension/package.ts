/**
 * `npm run package -- --service-url https://calendar.example.com`: builds the elements and writes the zip that is copied
 * into Liferay. The service address is baked in; `--allow-localhost` lets it be this machine, to try it out.
 * `--out FOLDER`: where the zip goes, `client-extension/dist` by default. `SOURCE_DATE_EPOCH` fixes the time stamp.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { builtElements } from './build.ts';
import { archive, serviceAddressOf } from './pack.ts';

const PROJECT = 'exchange-calendar-connector';
const DIST = fileURLToPath(new URL('./dist', import.meta.url));

async function main(): Promise<void> {
  // Else the packages' modules for development would be built in.
  process.env['NODE_ENV'] = 'production';
  const { values } = parseArgs({
    options: {
      'service-url': { type: 'string', default: '' },
      'allow-localhost': { type: 'boolean', default: false },
      out: { type: 'string', default: DIST },
    },
  });
  const service = serviceAddressOf(values['service-url'], { allowLocalhost: values['allow-localhost'] });
  const epochSeconds = process.env['SOURCE_DATE_EPOCH'];
  const zip = archive({
    project: PROJECT,
    yaml: await readFile(new URL('./client-extension.yaml', import.meta.url), 'utf8'),
    files: await builtElements(),
    service,
    builtAtMs: epochSeconds === undefined ? Date.now() : Number(epochSeconds) * 1_000,
  });
  await mkdir(values.out, { recursive: true });
  const path = join(values.out, `${PROJECT}.zip`);
  await writeFile(path, zip);
  process.stdout.write(`${path} for ${service.scheme}://${service.address}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
