/** "Test connection" for a domain's administrators: it reaches out, so it is theirs, and one at a time for a server. */
import { Hono } from 'hono';
import { smtpAddress } from '#core/own-address.ts';
import type { DoctorOrder } from '#doctor/doctor.ts';
import { DoctorRequest } from '#shared/doctor.ts';
import type { DomainEnv } from './domain-access.ts';
import { describeApi, jsonBody, SCHEMAS } from './openapi.ts';
import { ApiProblem } from './problem.ts';
import type { AppDependencies } from './settings.ts';

/** Below `/api/domains/:domainId`. */
export function doctorRoutes({ examine }: AppDependencies) {
  return new Hono<DomainEnv>().post(
    '/doctor',
    describeApi({
      summary: 'Tests the connection to Exchange, to a mailbox there, and to the portal',
      tag: 'domains',
      answers: [200, SCHEMAS.DoctorReport],
      reasons: ['domainUnknown', 'invalidRequest', 'doctorBusy'],
    }),
    jsonBody(DoctorRequest),
    async (c) => {
      const report = await examine(c.get('domain').row.id, orderOf(c.req.valid('json')));
      if (report === null) throw new ApiProblem('doctorBusy');
      return c.json(report);
    },
  );
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
