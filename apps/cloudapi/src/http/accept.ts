import { ServiceError } from '@nereid/contracts';

/** Routes whose one value may also be had as plain text. */
const textToo = new Set(['GetMachineMetadata', 'GetMachineTag']);

/**
 * Whether the client wants JSON or, where offered, plain text. JSON when it does not say.
 * @throws NotAcceptable neither
 */
export function acceptedForm(accept: string | undefined, routeName: string): 'json' | 'text' {
  if (!accept) return 'json';
  const wanted = accept.split(',').map((part) => part.split(';')[0]!.trim().toLowerCase());
  const json = wanted.some((type) => type === '*/*' || type === 'application/*' || type === 'application/json');
  if (textToo.has(routeName) && wanted.some((type) => type === 'text/plain') && !wanted.includes('application/json')) return 'text';
  if (json) return 'json';
  throw new ServiceError('NotAcceptable', 'This is served as application/json; name it in Accept.');
}
