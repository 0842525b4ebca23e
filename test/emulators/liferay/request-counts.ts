/** What reached the portal, for tests that say how much a client may ask. */

export class RequestCounts {
  /** HTTP requests of any kind. */
  http = 0;
  /** By the URL's path. */
  readonly paths = new Map<string, number>();
  /** JSONWS commands, those inside a batch one by one, by path without context: `calendarbooking/search`. */
  readonly commands = new Map<string, number>();

  countHttp(path: string): void {
    this.http += 1;
    this.paths.set(path, (this.paths.get(path) ?? 0) + 1);
  }

  countCommand(command: string): void {
    this.commands.set(command, (this.commands.get(command) ?? 0) + 1);
  }

  /** Commands that change something, whatever they are called. */
  get writes(): number {
    let sum = 0;
    for (const [command, count] of this.commands)
      if (/\/(?:add|update|delete|move|restore|invoke)-/.test(command)) sum += count;
    return sum;
  }

  reset(): void {
    this.http = 0;
    this.paths.clear();
    this.commands.clear();
  }
}
