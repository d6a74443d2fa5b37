import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A configuration that cannot be used; the message names the file, the key and what is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads and checks a YAML file, with `NEREID_*` of the environment over it: `NEREID_APPS__VMAPI__DATABASE__PORT=5433` sets
 * `apps.vmapi.database.port` (two underscores are a dot; names are found whatever their case). Values are read as YAML. A variable
 * without two underscores, or with an unknown first name, is not ours.
 * @throws ConfigError naming file and key: unreadable, not YAML, unknown key, wrong value
 */
export function readConfig<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<Schema> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- read once at start; then its memory may go
  const { parse } = require('yaml') as typeof import('yaml');
  const fromYaml = (text: string, what: string): unknown => {
    try {
      return parse(text) as unknown;
    } catch (cause) {
      throw new ConfigError(`${what}: not YAML: ${(cause as Error).message}`);
    }
  };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${file}: ${(cause as Error).message}`);
  }
  const settings = fromYaml(text, file) ?? {};
  if (!isRecord(settings)) throw new ConfigError(`${file}: must be a map of settings`);
  const origins = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    const path = /^NEREID_(.+)$/.exec(name)?.[1]?.split('__');
    if (!path || path.length < 2 || value === undefined) continue;
    if (!['apps', 'health', 'log'].includes(path[0]?.toLowerCase() ?? '')) continue;
    const key = assign(settings, path, fromYaml(value, `$${name}`));
    origins.set(key, `$${name}`);
  }
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.flatMap((issue) => complaints(file, issue, origins)).join('\n'));
}

function complaints(file: string, issue: z.core.$ZodIssue, origins: Map<string, string>): string[] {
  const at = issue.path.map(String);
  const say = (path: string[], what: string): string => {
    const key = path.join('.');
    const origin = origins.get(key);
    return `${origin ? `${origin} (over ${file})` : file}: ${key || 'settings'}: ${what}`;
  };
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => say([...at, key], 'unknown key'));
  const missing = issue.code === 'invalid_type' && issue.message.includes('undefined');
  return [say(at, missing ? `missing (${issue.expected} wanted)` : issue.message)];
}

/** Sets `path` in `target`, matching the names that are there without regard to case; answers the path as a key. */
function assign(target: Record<string, unknown>, path: readonly string[], value: unknown): string {
  const keys: string[] = [];
  let at = target;
  path.forEach((wanted, depth) => {
    const key = Object.keys(at).find((there) => there.toLowerCase() === wanted.toLowerCase()) ?? camelCase(wanted);
    keys.push(key);
    if (depth === path.length - 1) at[key] = value;
    else at = at[key] = isRecord(at[key]) ? at[key] : {};
  });
  return keys.join('.');
}

/** `POOL_SIZE` → `poolSize`. */
function camelCase(name: string): string {
  return name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
