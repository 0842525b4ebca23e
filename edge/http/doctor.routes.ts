/**
 * "Test connection" for a domain's administrators and for the bearer of the service key: it reaches out, so it is theirs,
 * and one at a time for a server.
 */
import { Hono } from 'hono';
import { smtpAddress } from '#core/own-address.ts';
import type { DoctorOrder } from '#doctor/doctor.ts';
import {
  DOCTOR_LINES_MEDIA_TYPE,
  type DoctorLine,
  type DoctorReport,
  DoctorRequest,
  type DoctorStep,
} from '#shared/doctor.ts';
import { domainOfAddress } from '#store/domains.repository.ts';
import { recordAct } from '#store/pairings.repository.ts';
import type { DomainEnv } from './domain-access.ts';
import { describeApi, jsonBody, SCHEMAS } from './openapi.ts';
import { ApiProblem } from './problem.ts';
import type { AppDependencies } from './settings.ts';

/** Below `/api/domains/:domainId`, and below the same path of the service key. */
export function doctorRoutes(
  { db, settings, examine }: AppDependencies,
  audience: 'domains' | 'service' = 'domains',
) {
  return new Hono<DomainEnv>().post(
    '/doctor',
    describeApi({
      summary: 'Tests the connection to Exchange, to a mailbox there, and to the portal',
      tag: audience,
      ...(audience === 'service' ? { security: 'service' } : {}),
      answers: [200, SCHEMAS.DoctorReport],
      alsoLines: { mediaType: DOCTOR_LINES_MEDIA_TYPE, schema: SCHEMAS.DoctorLine },
      reasons: ['domainUnknown', 'invalidRequest', 'doctorBusy'],
    }),
    jsonBody(DoctorRequest),
    async (c) => {
      const { id } = c.get('domain').row;
      const order = orderOf(c.req.valid('json'));
      // The sign-in of one domain can reach mailboxes of another on the same server: they are not its administrators'.
      const its =
        order.mailbox === null ? null : await domainOfAddress(db, settings.portalUrl, order.mailbox);
      if (order.mailbox !== null && its?.id !== id) {
        throw new ApiProblem('invalidRequest', 'mailbox: The address is in another domain.');
      }
      // What is tried stands in logs of Exchange and of the portal: here stands who asked for it.
      const action = order.write ? 'domain.test write' : 'domain.test';
      await recordAct(db, c.get('session').act(), action, order.mailbox ?? id, id);
      if (c.req.header('Accept') === DOCTOR_LINES_MEDIA_TYPE) {
        const lines = await told((onStep) => examine(id, { ...order, onStep }));
        return c.body(lines, 200, { 'Content-Type': DOCTOR_LINES_MEDIA_TYPE });
      }
      const report = await examine(id, order);
      if (report === null) throw new ApiProblem('doctorBusy');
      return c.json(report);
    },
  );
}

/**
 * The steps as they are taken, each as a line of JSON; an answer without a last line `{"healthy": …}` broke off.
 * @throws ApiProblem doctorBusy, and what else keeps it from its first step
 */
async function told(
  look: (onStep: (step: DoctorStep) => void) => Promise<DoctorReport | null>,
): Promise<ReadableStream<Uint8Array>> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
    undefined,
    undefined,
    // More than there are steps: nobody waits for whoever reads.
    { highWaterMark: 100 },
  );
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  // Whoever asked may be gone: what was begun is brought to its end all the same.
  const write = (line: DoctorLine): void =>
    void writer.write(encoder.encode(`${JSON.stringify(line)}\n`)).catch(() => {});
  const first = Promise.withResolvers<'begun'>();
  const ended = look((step) => {
    write(step);
    first.resolve('begun');
  });
  if ((await Promise.race([first.promise, ended])) === null) throw new ApiProblem('doctorBusy');
  const end = async (): Promise<void> => {
    const report = await ended;
    write({ healthy: report?.healthy ?? false });
    await writer.close();
  };
  void end().catch((error) => writer.abort(error).catch(() => {}));
  return readable;
}

function orderOf({ mailbox, write = false }: DoctorRequest): DoctorOrder {
  if (mailbox === undefined) {
    if (write) throw new ApiProblem('invalidRequest', 'write: Needs a mailbox to write to.');
    return { mailbox: null, write };
  }
  const address = smtpAddress(mailbox);
  if (address === null) throw new ApiProblem('invalidRequest', 'mailbox: Not an e-mail address.');
  return { mailbox: address, write };
}
