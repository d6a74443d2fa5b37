import { invalidField, type TagValue } from '@nereid/contracts';

const serviceEntry = /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(:[^:,]+)*$/;
const cmonGroup = /^[a-zA-Z0-9_-]{1,100}$/;
const ptrName = /^(?=.{1,255}$)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/;

/** Tags that mean something to the cloud; every other `triton.*` key is refused. Source: CloudAPI docs, tags; node-triton-tags. */
const known: Record<string, (value: TagValue) => boolean> = {
  'triton.cns.services': (value) => typeof value === 'string' && value.split(',').every(isService),
  'triton.cns.disable': (value) => typeof value === 'boolean',
  'triton.cns.reverse_ptr': (value) => typeof value === 'string' && ptrName.test(value),
  'triton.cmon.groups': (value) => typeof value === 'string' && areGroups(value.split(',')),
  'triton.network.public': (value) => typeof value === 'string',
  'triton.placement.exclude_virtual_servers': (value) => typeof value === 'boolean',
  'triton._test.string': (value) => typeof value === 'string',
  'triton._test.number': (value) => typeof value === 'number',
  'triton._test.boolean': (value) => typeof value === 'boolean',
};

function areGroups(groups: string[]): boolean {
  return groups.length <= 100 && new Set(groups).size === groups.length && groups.every((group) => cmonGroup.test(group));
}

/** `name[:port][:priority=N][:weight=N]`, port 1 to 65535, priority and weight 0 to 65535. */
function isService(entry: string): boolean {
  if (!serviceEntry.test(entry)) return false;
  const [, ...options] = entry.split(':');
  return options.every((option, index) => {
    const [name, value] = option.split('=');
    if (value === undefined) return index === 0 && inRange(name!, 1);
    return (name === 'priority' || name === 'weight') && inRange(value, 0);
  });
}

function inRange(text: string, min: number): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= min && Number(text) <= 65535;
}

/** @throws ValidationFailed a `triton.*` tag is unknown or of the wrong kind */
export function checkTags(tags: Readonly<Record<string, TagValue>>): void {
  for (const [key, value] of Object.entries(tags)) {
    if (!key.startsWith('triton.')) continue;
    const isGood = known[key];
    if (!isGood)
      throw invalidField(`tags.${key}`, `tags: "${key}" is not a tag that the cloud knows; keys beginning with "triton." are its own`);
    if (!isGood(value)) throw invalidField(`tags.${key}`, `tags: ${JSON.stringify(value)} is not a value of "${key}"`);
  }
}

const maxMetadataBytes = 512 * 1024;
const maxTags = 512;

/** @throws ValidationFailed a `*_pw` key, which only the platform sets, or more than fits into an instance */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(metadata)) {
    if (key.endsWith('_pw'))
      throw invalidField('customer_metadata', `customer_metadata: "${key}" ends in _pw, which only the platform may set`);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > maxMetadataBytes) throw invalidField('customer_metadata', `customer_metadata: ${bytes} bytes, at most ${maxMetadataBytes}`);
}

/** @throws ValidationFailed more tags than an instance may have */
export function checkTagCount(tags: Readonly<Record<string, TagValue>>): void {
  const count = Object.keys(tags).length;
  if (count > maxTags) throw invalidField('tags', `tags: ${count} tags, at most ${maxTags}`);
}
