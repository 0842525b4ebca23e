/**
 * The part of Cloudflare's platform that worker.ts uses, as types: handlers, queues, lifetimes. Written by hand,
 * because the generated ones (`wrangler types`) redeclare every global of the web platform, are half a megabyte,
 * and would have to be made before anything can be checked.
 *
 * Source: Cloudflare Workers, Runtime APIs (Handlers, Context) and Queues, JavaScript APIs.
 */

export interface ExecutionContext {
  /** Keeps the invocation alive for work that the answer does not wait for. */
  waitUntil(promise: Promise<unknown>): void;
}

export interface ScheduledController {
  /** Epoch ms of the minute that triggered it. */
  readonly scheduledTime: number;
}

export interface Queue<Body> {
  /** Settles when the message is stored. `delaySeconds`: whole, at most 24 hours. */
  send(body: Body, options?: { readonly delaySeconds?: number }): Promise<unknown>;
}

/** Delivered at least once. What is neither acknowledged nor repeated counts as acknowledged when the handler ends well. */
export interface Message<Body> {
  readonly body: Body;
  /** From 1. */
  readonly attempts: number;
  ack(): void;
  /** Delivers it again; without a delay after the `retry_delay` of the queue's settings. */
  retry(options?: { readonly delaySeconds?: number }): void;
}

export interface MessageBatch<Body> {
  /** Name of the queue. */
  readonly queue: string;
  readonly messages: readonly Message<Body>[];
}

export interface ExportedHandler<Env, Body> {
  fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response>;
  scheduled(controller: ScheduledController, env: Env, context: ExecutionContext): Promise<void>;
  queue(batch: MessageBatch<Body>, env: Env, context: ExecutionContext): Promise<void>;
}
