import { ServiceError, WireError, errorTable, fromZodError, type ErrorCode } from '@nereid/contracts';
import type { z } from 'zod';

/** A message's body as JSON. @throws InvalidContent it is none */
export function parseBody(data: Uint8Array): unknown {
  if (data.length === 0) return undefined;
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
  } catch (cause) {
    throw new ServiceError('InvalidContent', 'The message is not JSON.', { cause });
  }
}

/** The body as its contract says; unknown fields are dropped. @throws ValidationFailed naming each field */
export function checked<Schema extends z.ZodType>(schema: Schema, body: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw fromZodError(parsed.error, what);
  return parsed.data;
}

export function okReply(reply: unknown): string {
  return JSON.stringify({ ok: reply ?? null });
}

export function errorReply(error: ServiceError): string {
  return JSON.stringify({ error: error.toWire() });
}

/** The `ok` half of a reply. @throws the far side's ServiceError; InternalError when the reply is neither */
export function openReply(data: Uint8Array, subject: string): unknown {
  const body = parseBody(data) as { ok?: unknown; error?: unknown } | undefined;
  if (body?.error !== undefined) throw wireError(body.error, subject);
  if (body === undefined || body === null || !('ok' in body)) {
    throw new ServiceError('InternalError', 'A service answered in a form we do not know.', { context: { subject } });
  }
  return body.ok;
}

function wireError(error: unknown, subject: string): ServiceError {
  const parsed = WireError.safeParse(error);
  if (parsed.success) return ServiceError.fromWire(parsed.data);
  // A newer service may know codes that we do not: its message is kept, the code becomes ours.
  const code = (error as { code?: unknown }).code;
  const message = (error as { message?: unknown }).message;
  const known = typeof code === 'string' && code in errorTable ? (code as ErrorCode) : 'InternalError';
  return new ServiceError(known, typeof message === 'string' ? message : 'A service failed.', { context: { subject, code } });
}
