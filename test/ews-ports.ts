/** What the EWS adapter takes from outside, in memory, and without connections that are kept. */
import type { EwsPorts } from '#exchange/ews/ews-mailbox.adapter.ts';
import type { ServerMemory } from '#exchange/server-memory.port.ts';
import { memoryTokens } from './memory-tokens.ts';

export function memoryEwsPorts(): EwsPorts {
  return { tokens: memoryTokens(), openConnection: null, servers: memoryServers() };
}

export function memoryServers(): ServerMemory {
  const learnt = new Map<string, string>();
  return {
    get: async (endpoint) => learnt.get(endpoint) ?? null,
    put: async (endpoint, text) => void learnt.set(endpoint, text),
  };
}
