/** SOAP faults: what a server says when it refuses a request as a whole. */
import { failure, RemoteFailure } from '#core/failure.ts';
import { type Refusal, ServerRefusal } from './failures.ts';
import type { EwsLibrary, WireNode } from './library.ts';
import { attribute, child, children, ownText, textOf } from './wire.ts';

/** The failure that a fault is; one that cannot be read is `badAnswer`. */
export function faultOf(library: Pick<EwsLibrary, 'parse'>, xml: string): RemoteFailure {
  try {
    const fault = child(child(library.parse(xml), 'Body'), 'Fault');
    return new ServerRefusal(refusalOfFault(fault));
  } catch (error) {
    if (error instanceof RemoteFailure) return error;
    return new RemoteFailure(failure('badAnswer', 'the fault is no XML'), { cause: error });
  }
}

function refusalOfFault(fault: WireNode): Refusal {
  const detail = child(fault, 'detail');
  const code = textOf(detail, 'ResponseCode') || textOf(fault, 'faultcode').replace(/^.*:/, '');
  const refusal = { code, text: textOf(detail, 'Message') || textOf(fault, 'faultstring') };
  const values = children(child(detail, 'MessageXml'), 'Value');
  const wait = values.find((value) => attribute(value, 'Name') === 'BackOffMilliseconds');
  return wait === undefined ? refusal : { ...refusal, waitMs: Number(ownText(wait, 'Value')) };
}
