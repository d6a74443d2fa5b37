const secretKey =
  /^(authorization|signature|cookie|set-cookie|seed|secret|creds|credentials|private_?key)$|password|passphrase|token$|secret$/i;
const metadataKey = /^(customer_|internal_)?metadata$|^(customer|internal)Metadata$/;
const mask = '[redacted]';
/** Secrets that are recognisable wherever they stand: NATS seeds, private keys, signed-request headers, passwords in URLs. */
const secretText: [RegExp, string][] = [
  [/\bS[UAONCX][A-Z2-7]{56}\b/g, mask],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, mask],
  [/\b(Signature|Bearer|Basic) +(keyId=)?[^\s,]{8}[^\n]*/g, `$1 ${mask}`],
  [/(\w+:\/\/[^\s:@/]*):[^\s@/]+@/g, `$1:${mask}@`],
];
const deepest = 8;

/**
 * A copy of `value` fit for a log: values of fields named like secrets, and all values of metadata, are masked; so are secrets
 * recognisable inside texts. Errors become plain objects with stack, code, context and cause.
 */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactedText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (depth >= deepest) return '[deeper]';
  if (value instanceof Error) return redactedError(value, depth);
  if (value instanceof Date) return value;
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redacted(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    if (secretKey.test(key)) copy[key] = mask;
    else if (metadataKey.test(key)) copy[key] = maskedValues(item);
    else copy[key] = redacted(item, depth + 1);
  }
  return copy;
}

export function redactedText(text: string): string {
  let safe = text;
  for (const [pattern, replacement] of secretText) safe = safe.replace(pattern, replacement);
  return safe;
}

function maskedValues(item: unknown): unknown {
  if (item === null || typeof item !== 'object') return mask;
  return Object.fromEntries(Object.keys(item).map((key) => [key, mask]));
}

function redactedError(error: Error, depth: number): unknown {
  const { name, message, stack, cause, ...rest } = error as Error & Record<string, unknown>;
  return {
    name,
    message: redactedText(message),
    ...(stack !== undefined && { stack: redactedText(stack) }),
    ...(redacted(rest, depth + 1) as object),
    ...(cause !== undefined && { cause: redacted(cause, depth + 1) }),
  };
}
