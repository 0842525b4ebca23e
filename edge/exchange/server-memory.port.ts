/** What was learnt about Exchange servers, kept for other runs and other workers; implemented by whoever owns a store. */

export interface ServerMemory {
  /** What was kept of the server at this EWS endpoint; null if there is nothing. */
  get(endpoint: string): Promise<string | null>;
  put(endpoint: string, learnt: string): Promise<void>;
}
