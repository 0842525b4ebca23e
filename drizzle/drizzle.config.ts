/** drizzle-kit's settings: `npm run migrations` writes SQL from schema.ts; deployment applies it to a remote libSQL. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'turso',
  schema: './drizzle/schema.ts',
  out: './drizzle/migrations',
  dbCredentials: {
    url: process.env['LIBSQL_URL'] ?? 'file:connector.db',
    ...(process.env['LIBSQL_AUTH_TOKEN'] ? { authToken: process.env['LIBSQL_AUTH_TOKEN'] } : {}),
  },
});
