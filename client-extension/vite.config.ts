/**
 * How the elements are built: one module that everybody loads, the texts of each language and the views of administrators
 * in modules of their own, and one style sheet. `npm run package` makes of them what Liferay deploys (package.ts).
 */
import { fileURLToPath } from 'node:url';
import { minifyHTMLLiterals } from 'minify-literals';
import { defineConfig, type Plugin } from 'vite';

/** Modules that are loaded by themselves: the first, the texts of a language, the views of administrators, rare forms. */
const OWN =
  /client-extension\/(index\.ts|index\.css|pairing-why\.ts|(sites|domains|choices)\/)|shared\/((domain-\w+|doctor|reasons|activity|ambiguities)|texts\/(en|it|doctor(-\w+)?|(sites|domains|choices)\/[\w-]+))\.ts/;

/** Templates lose the line breaks and indents that only readers of the source need. */
const templates: Plugin = {
  name: 'templates',
  apply: 'build',
  enforce: 'pre',
  transform: {
    filter: { id: /client-extension\/[^?]*\.ts$/ },
    handler: (code, fileName) => minifyHTMLLiterals(code, { fileName }),
  },
};

export default defineConfig({
  plugins: [templates],
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Files load each other from where they are, which is below whatever path Liferay serves them under.
  base: './',
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
        entryFileNames: 'main.[hash].js',
        chunkFileNames: '[name].[hash].js',
        assetFileNames: 'index.[hash][extname]',
        codeSplitting: {
          // What the views share is one module, so that it is the same one however Liferay names the first: it may
          // load that under two addresses.
          // Two views ask what becomes of copies.
          groups: [
            { name: 'shared', test: (id) => !OWN.test(id) },
            { name: 'choices', test: /client-extension\/choices\/|shared\/texts\/choices\// },
          ],
        },
      },
    },
  },
});
