/**
 * Calls from the benchmark to its child processes: one at a time each, over the channel that `fork` opens. A child
 * that ends, or throws, fails the call under way.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Names with what they take and answer; all of it plain JSON. */
type Calls<C> = { readonly [K in keyof C]: (argument: never) => unknown };
type Argument<C extends Calls<C>, K extends keyof C> = Parameters<C[K]>[0];
type Answer<C extends Calls<C>, K extends keyof C> = Awaited<ReturnType<C[K]>>;

interface CallMessage {
  readonly call: string;
  readonly argument: unknown;
}

type AnswerMessage = { readonly answer: unknown } | { readonly error: string };

export interface Child<C extends Calls<C>> {
  call<K extends keyof C & string>(call: K, argument: Argument<C, K>): Promise<Answer<C, K>>;
  stop(): Promise<void>;
}

/** Starts a module of this folder as a process of its own. */
export function startChild<C extends Calls<C>>(module: string): Child<C> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  return {
    async call<K extends keyof C & string>(call: K, argument: Argument<C, K>): Promise<Answer<C, K>> {
      child.send({ call, argument } satisfies CallMessage);
      const died = ended.then(([code]): never => {
        throw new Error(`${module} ended with ${code} during ${call}`);
      });
      const [message] = (await Promise.race([once(child, 'message'), died])) as [AnswerMessage];
      if ('error' in message) throw new Error(`${module}, ${call}: ${message.error}`);
      return message.answer as Answer<C, K>;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** In a child: answers calls until the parent lets go, then cleans up with `end` and exits. */
export function answerCalls<C extends Calls<C>>(calls: C, end: () => Promise<void>): void {
  process.on('message', async ({ call, argument }: CallMessage) => {
    try {
      const answer = await calls[call as keyof C](argument as never);
      process.send?.({ answer: answer ?? null } satisfies AnswerMessage);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.send?.({ error: text } satisfies AnswerMessage);
    }
  });
  process.once('disconnect', async () => {
    await end();
    process.exit(0);
  });
}
