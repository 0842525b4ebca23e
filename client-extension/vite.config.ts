/**
 * How the elements are built: one module that everybody loads, the texts of each language and the views of administrators
 * in modules of their own, and one style sheet. `npm run package` makes of them what Liferay deploys (package.ts).
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
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
      },
    },
  },
});
