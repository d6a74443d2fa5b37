import { DatabaseError } from 'pg';

const constraintKinds: Readonly<Record<string, ViolationKind>> = {
  '23001': 'foreign-key', // ON DELETE RESTRICT says it this way since PostgreSQL 18
  '23502': 'not-null',
  '23503': 'foreign-key',
  '23505': 'unique',
  '23514': 'check',
  '23P01': 'exclusion',
};
export type ViolationKind = 'not-null' | 'foreign-key' | 'unique' | 'check' | 'exclusion';

/** The constraint that refused a statement; undefined when something else went wrong. Repositories turn it into a ServiceError. */
export function violationOf(error: unknown): { kind: ViolationKind; constraint: string; detail: string } | undefined {
  if (!(error instanceof DatabaseError)) return undefined;
  const kind = constraintKinds[error.code ?? ''];
  return kind && { kind, constraint: error.constraint ?? error.column ?? '', detail: error.detail ?? '' };
}

/** Whether `constraint` refused the statement. */
export function violates(error: unknown, constraint: string): boolean {
  return violationOf(error)?.constraint === constraint;
}

/** Serialization failure or deadlock: nothing happened, and the same again may succeed. */
export function isRetryableConflict(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01');
}

/**
 * A text that PostgreSQL cannot keep: with the character U+0000, or JSON with half a surrogate pair. Whoever sent it has to send something else.
 */
export function isUnstorableText(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return error.code === '22021' || error.code === '22P05' || (error.code === '22P02' && /type json/.test(error.message));
}

/** The server is not there, is going away, is out of connections, or cut the statement off. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseError) return /^(08|57P0|53)/.test(error.code ?? '') || error.code === '57014' || error.code === '25P03';
  const { code, message } = error as { code?: string; message?: string };
  if (code && ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'].includes(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(message ?? '');
}
