/** The database cannot be used by this process. The message is one line for the administrator. */
export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused';
}
