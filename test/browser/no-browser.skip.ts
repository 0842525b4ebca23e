/** Stands in for the browser tests where no Chromium starts, so that the report says that they did not run. */
import { inject, test } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    whyNoBrowser: string;
  }
}

test('tests in Chromium', ({ skip }) => {
  console.warn(`Browser tests are skipped, no browser starts: ${inject('whyNoBrowser')}`);
  skip(inject('whyNoBrowser'));
});
