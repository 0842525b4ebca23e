/**
 * `vite build --config client-extension/vite.config.ts` writes dist/: the module, its style sheet, and the
 * archive that is copied into Liferay. `SERVICE_URL` names the service for that archive (`https://host[:port]`);
 * without it the address in client-extension.yaml holds.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { archive } from './pack.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const PROJECT = 'exchange-calendar-connector';

export default defineConfig({
  root,
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      input: 'index.ts',
      preserveEntrySignatures: 'strict',
      output: {
        format: 'es',
        codeSplitting: false,
        entryFileNames: 'main.[hash].js',
        assetFileNames: 'index.[hash][extname]',
      },
    },
  },
  plugins: [liferayArchive()],
});

function liferayArchive(): Plugin {
  return {
    name: 'liferay-archive',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      const files = Object.values(bundle).map((file) => ({
        path: file.fileName,
        content: file.type === 'chunk' ? file.code : file.source,
      }));
      const zip = archive({
        project: PROJECT,
        yaml: await readFile(`${root}client-extension.yaml`, 'utf8'),
        files,
        serviceUrl: process.env['SERVICE_URL'] || undefined,
        builtAtMs: Number(process.env['SOURCE_DATE_EPOCH'] ?? Math.floor(Date.now() / 1000)) * 1000,
      });
      await writeFile(join(dir ?? `${root}dist`, `${PROJECT}.zip`), zip);
    },
  };
}
