import { ServiceError, type FieldError } from '@nereid/contracts';

/** Names that mean something else in a request, and so are no metadata when sent at the top of a body. */
const notMetadata = new Set(['account', 'machine', 'uuid', 'owner_uuid', 'credentials', 'image']);

/** Keys that people need in order to log in; they can be replaced, not removed. */
export const keptKeys: readonly string[] = ['root_authorized_keys', 'administrator_pw'];

/** Metadata is text: Go clients decode a map of strings and nothing else. @throws ValidationFailed a value is an object or a list */
export function metadataText(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const errors: FieldError[] = [];
  const text: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    if (key.endsWith('_pw') || key === 'credentials') continue; // passwords never become readable metadata
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') text[key] = String(value);
    else errors.push({ field: `metadata.${key}`, code: 'Invalid', message: 'must be text; encode objects as JSON' });
  }
  if (errors.length > 0) {
    throw new ServiceError('ValidationFailed', errors.map((error) => `${error.field}: ${error.message}`).join('; '), { errors });
  }
  return text;
}

/** What of a request's body is metadata, for the routes where it stands at the top. */
export function metadataOfBody(input: Readonly<Record<string, unknown>>): Record<string, string> {
  return metadataText(Object.fromEntries(Object.entries(input).filter(([key]) => !notMetadata.has(key))));
}

/** Passwords by user, as `metadata.credentials` brings them (an object, or one as JSON); kept where only the guest can read them. */
export function credentialsAsInternal(credentials: unknown): Record<string, string> {
  const given = typeof credentials === 'string' ? parsed(credentials) : credentials;
  if (given === undefined) return {};
  const isMap = typeof given === 'object' && given !== null && !Array.isArray(given);
  const entries = isMap ? Object.entries(given) : [];
  if (!isMap || entries.some(([, password]) => typeof password !== 'string')) {
    const message = 'must be an object of passwords by user';
    throw new ServiceError('ValidationFailed', `metadata.credentials ${message}`, {
      errors: [{ field: 'metadata.credentials', code: 'Invalid', message }],
    });
  }
  return Object.fromEntries(entries.map(([user, password]) => [user.endsWith('_pw') ? user : `${user}_pw`, password as string]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
