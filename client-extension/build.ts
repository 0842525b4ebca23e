/** Builds the elements, into a folder or into memory. */
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';
import type { BuiltFile } from './pack.ts';

const CONFIG = fileURLToPath(new URL('./vite.config.ts', import.meta.url));

/** The built files, not written anywhere. */
export async function builtElements(): Promise<readonly BuiltFile[]> {
  const config: InlineConfig = { configFile: CONFIG, logLevel: 'error', build: { write: false } };
  const outputs = [await build(config)].flat();
  return outputs.flatMap((output) =>
    'output' in output
      ? output.output.map((file) => ({
          path: file.fileName,
          content: file.type === 'chunk' ? file.code : file.source,
        }))
      : [],
  );
}
