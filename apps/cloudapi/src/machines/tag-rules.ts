import { ServiceError, TagMap, type FieldError } from '@nereid/contracts';
import type { z } from 'zod';

type Check = (value: string | number | boolean) => boolean;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

const isCnsServices: Check = (value) =>
  typeof value === 'string' &&
  value.split(',').every((entry) => {
    const [name, ...options] = entry.trim().split(':');
    return label.test(name!) && options.every(isServiceOption);
  });

function isServiceOption(option: string, index: number): boolean {
  const number = Number(option.replace(/^(?:priority|weight)=/, ''));
  if (!Number.isInteger(number) || number < 0 || number > 65_535) return false;
  return /^(?:priority|weight)=\d+$/.test(option) || (index === 0 && /^\d+$/.test(option) && number > 0);
}

const isGroups: Check = (value) => {
  if (typeof value !== 'string') return false;
  const groups = value.split(',');
  return groups.length <= 100 && new Set(groups).size === groups.length && groups.every((group) => /^[\w-]{1,100}$/.test(group));
};

/** Tags whose name begins with `triton.` have a meaning; one that is not here is a mistake. Source: CloudAPI docs, tags. */
const known: Readonly<Record<string, Check>> = {
  'triton.cns.services': isCnsServices,
  'triton.cns.disable': (value) => typeof value === 'boolean',
  'triton.cns.reverse_ptr': (value) => typeof value === 'string' && /^[a-z0-9.-]{1,255}$/i.test(value),
  'triton.cmon.groups': isGroups,
  'triton.network.public': (value) => typeof value === 'string',
  'triton.placement.exclude_virtual_servers': (value) => typeof value === 'boolean',
  'triton._test.string': (value) => typeof value === 'string',
  'triton._test.number': (value) => typeof value === 'number',
  'triton._test.boolean': (value) => typeof value === 'boolean',
};
const reservedNames = /^docker:label:(?:triton\.|com\.docker\.|io\.docker\.|org\.docker\.|(?:com|io|org)\.dockerproject\.)/;

/**
 * Tags as given, types kept.
 * @throws ValidationFailed a value is no text, number or boolean, or a name with a meaning has none of its values
 */
export function checkTags(given: Readonly<Record<string, unknown>>): z.infer<typeof TagMap> {
  const errors: FieldError[] = [];
  const tags: z.infer<typeof TagMap> = {};
  for (const [name, value] of Object.entries(given)) {
    const problem = problemOf(name, value);
    if (problem) errors.push({ field: `tags.${name}`, code: 'Invalid', message: problem });
    else tags[name] = value as string;
  }
  if (errors.length > 0) {
    throw new ServiceError('ValidationFailed', errors.map((error) => `${error.field}: ${error.message}`).join('; '), { errors });
  }
  return tags;
}

function problemOf(name: string, value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return 'must be text, a number or a boolean';
  if (name.length < 1 || name.length > 255) return 'must have a name of 1 to 255 characters';
  if (name === 'sdc_docker' || reservedNames.test(name)) return 'is reserved';
  if (!name.startsWith('triton.')) return undefined;
  if (!Object.hasOwn(known, name)) return 'is no known name that begins with triton.';
  return known[name]!(value) ? undefined : 'has a value that this tag cannot have';
}
