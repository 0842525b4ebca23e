/** A process that lives one life after the other, as `lives.ts` tells it. */
import { type SimulationOptions, simulate } from './simulate.ts';

process.on('message', (options: SimulationOptions) => {
  simulate(options)
    .then((result) => process.send?.({ ...result, trace: [] }))
    .catch((error: unknown) => {
      const violation = `it threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      process.send?.({
        ...{
          seed: options.seed,
          kind: options.kind ?? 'calendars',
          protocol: options.protocol ?? 'ews',
          violations: [violation],
          trace: [],
          faults: {},
          edits: {},
          parts: [],
        },
      });
    });
});
