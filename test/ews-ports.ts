/** What the EWS adapter takes from outside, in memory, without connections that are kept or held within a reach. */
import type { EwsPorts } from '#exchange/ews/ews-mailbox.adapter.ts';
import type { ServerMemory } from '#exchange/server-memory.port.ts';
import { memoryTokens } from './memory-tokens.ts';

export function memoryEwsPorts(): EwsPorts {
  const network = {
    fetchWithin: () => () => Promise.reject(new Error('no reach is held to in this test')),
  };
  return { tokens: memoryTokens(), openConnection: null, network, servers: memoryServers() };
}

export function memoryServers(): ServerMemory {
  const learnt = new Map<string, string>();
  return {
    get: async (endpoint) => learnt.get(endpoint) ?? null,
    put: async (endpoint, text) => void learnt.set(endpoint, text),
  };
}
