/**
 * Figures in the Prometheus text format, version 0.0.4. What can be counted in the database is counted there, so
 * that it is right with any number of processes and on runtimes whose processes do not last. Only requests are
 * counted in memory: per process, and on Cloudflare Workers per isolate, which Prometheus sees as counter resets.
 * (prom-client, the usual library, needs Node's process and performance hooks.)
 */
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { ServiceFigures } from '#store/status.repository.ts';
import type { RememberedPortal } from './remembered-dialect.ts';

export const METRICS_MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricFamily {
  /** Without the prefix `calendar_connector_`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly MetricSample[];
}

export function metricsText(families: readonly MetricFamily[]): string {
  return families.map((family) => familyText(family)).join('');
}

function familyText({ name, help, type, samples }: MetricFamily): string {
  const full = `calendar_connector_${name}`;
  const lines = samples.map(({ labels, value }) => `${full}${labelText(labels)} ${value}`);
  return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...lines, ''].join('\n');
}

function labelText(labels: MetricSample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

export function serviceFamilies(figures: ServiceFigures): MetricFamily[] {
  const gauge = (name: string, help: string, samples: readonly MetricSample[]): MetricFamily => ({
    name,
    help,
    type: 'gauge',
    samples,
  });
  const by = (label: string, counts: ReadonlyMap<string, number>) =>
    [...counts].map(([key, value]) => ({ labels: { [label]: key }, value }));
  const runs = [...figures.runs].map(([reason, value]) => ({ labels: { reason: reason ?? 'none' }, value }));
  return [
    gauge('mailboxes', 'Mailboxes with at least one pairing.', [{ labels: {}, value: figures.mailboxes }]),
    gauge('pairings', 'Pairings by status, as their owners see it.', by('status', figures.pairings)),
    gauge('links', 'Pairs of events by what is to be done with them.', by('work', figures.links)),
    gauge('due_lag_seconds', 'How long the mailbox that has been due longest waits for a worker.', [
      { labels: {}, value: figures.dueLagMs / 1_000 },
    ]),
    gauge(
      'runs',
      'Runs in the history that did something or failed; by reason of the failure, or none.',
      runs,
    ),
  ];
}

/** Which mailboxes need not wait for their interval. */
export function pushFamily(
  figures: readonly { readonly kind: string; readonly reason: string; readonly mailboxes: number }[],
): MetricFamily {
  return {
    name: 'push_mailboxes',
    help: 'Mailboxes by how Exchange tells what changes in them; kind none: it does not, for this reason.',
    type: 'gauge',
    samples: figures.map(({ kind, reason, mailboxes }) => ({ labels: { kind, reason }, value: mailboxes })),
  };
}

/** One line that says which portal this is; none before the first contact. */
export function portalFamily(portal: RememberedPortal | null): MetricFamily {
  const { version, context, hasRowVersion, keepsUid } = portal?.dialect ?? {};
  const labels = {
    version: version ?? 'unknown',
    context: context ?? '',
    row_versions: String(hasRowVersion),
    keeps_uids: String(keepsUid),
  };
  return {
    name: 'portal_info',
    help: 'What was learnt about the Liferay portal.',
    type: 'gauge',
    samples: portal === null ? [] : [{ labels, value: 1 }],
  };
}

export interface RequestCounter {
  readonly middleware: MiddlewareHandler;
  family(): MetricFamily;
}

/** By method, route and status: a few dozen series at most, because a route is a pattern and not a path. */
export function createRequestCounter(): RequestCounter {
  const counts = new Map<string, MetricSample>();
  return {
    middleware: async (c, next) => {
      await next();
      const labels = {
        method: METHODS.has(c.req.method) ? c.req.method : 'other',
        route: routeOf(routePath(c, -1)),
        status: String(c.res.status),
      };
      const key = Object.values(labels).join(' ');
      counts.set(key, { labels, value: (counts.get(key)?.value ?? 0) + 1 });
    },
    family: () => ({
      name: 'http_requests_total',
      help: 'Requests answered by this process.',
      type: 'counter',
      samples: [...counts.values()],
    }),
  };
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS']);

/** Of a request that no route fits, only middleware matched, which is mounted on a wildcard. */
function routeOf(path: string): string {
  return path.endsWith('*') ? 'none' : path;
}
