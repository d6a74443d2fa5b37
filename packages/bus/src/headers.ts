import { Caller, RequestId, ServiceError } from '@nereid/contracts';
import { headers, type Msg, type MsgHdrs } from '@nats-io/nats-core';

const callerHeader = 'nereid-caller';
const deadlineHeader = 'nereid-deadline';
const requestIdHeader = 'nereid-request-id';

/** The headers of a call. The time left travels as a duration, since clocks of two machines differ. */
export function callHeaders(caller: Caller, remainingMs: number): MsgHdrs {
  const made = headers();
  made.set(callerHeader, JSON.stringify(caller));
  made.set(deadlineHeader, String(Math.max(1, Math.ceil(remainingMs))));
  made.set(requestIdHeader, caller.requestId);
  return made;
}

/** On whose behalf a message was sent. @throws InvalidHeader there is none, or it is malformed */
export function callerOf(message: Msg): Caller {
  const text = message.headers?.get(callerHeader);
  if (!text) throw new ServiceError('InvalidHeader', `The call has no ${callerHeader} header.`);
  const parsed = Caller.safeParse(parseOrUndefined(text));
  if (!parsed.success) throw new ServiceError('InvalidHeader', `The ${callerHeader} header is malformed.`);
  return parsed.data;
}

export function requestIdOf(message: Msg): RequestId | undefined {
  return RequestId.safeParse(message.headers?.get(requestIdHeader)).data;
}

/** Milliseconds the sender still waits; `otherwise` when it did not say. */
export function remainingMsOf(message: Msg, otherwise: number): number {
  const text = message.headers?.get(deadlineHeader);
  const ms = text ? Number(text) : Number.NaN;
  return Number.isFinite(ms) && ms > 0 ? ms : otherwise;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
