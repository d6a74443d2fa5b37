import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CliError } from '../cli-error';
import type { Environment } from './environment';

interface Settings {
  profile?: string;
  oldProfile?: string;
  cacheDir?: string;
}

/**
 * The folder with settings, profiles and cache. It is nereid's own when that is named or has profiles, else the triton command's when that
 * has; both have the same form, so that one set of profiles serves both commands.
 */
export class ConfigDirectory {
  private constructor(readonly path: string) {}

  static of(env: Environment): ConfigDirectory {
    const [own, triton] = [ownDirectory(env), tritonDirectory(env)];
    const isChosen = Boolean(env['NEREID_CONFIG_DIR']);
    return new ConfigDirectory(!isChosen && !hasProfiles(own) && hasProfiles(triton) ? triton : own);
  }

  /** @throws CliError `Config` config.json is no JSON */
  settings(): Settings {
    return this.readJson(join(this.path, 'config.json')) ?? {};
  }

  saveSettings(change: Settings): void {
    this.writeJson(join(this.path, 'config.json'), { ...this.settings(), ...change });
  }

  get profilesFolder(): string {
    return join(this.path, 'profiles.d');
  }

  /** Where what was fetched for a profile is kept. `slug` names account and door. */
  cacheFolder(slug: string): string {
    return resolve(this.path, this.settings().cacheDir ?? 'cache', slug);
  }

  /** Undefined when there is no such file. @throws CliError `Config` it is no JSON */
  readJson(file: string): unknown {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new CliError('Config', `${file} cannot be read: ${(error as Error).message}`, { cause: error });
    }
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new CliError('Config', `${file} is no JSON: ${(cause as Error).message}`, { cause });
    }
  }

  /** Written beside and renamed: a reader sees the old file or the new one. Readable by its owner alone. */
  writeJson(file: string, value: unknown): void {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, `${JSON.stringify(value, undefined, 4)}\n`, { mode: 0o600 });
    renameSync(unfinished, file);
  }
}

function ownDirectory(env: Environment): string {
  if (env['NEREID_CONFIG_DIR']) return env['NEREID_CONFIG_DIR'];
  return env['XDG_CONFIG_HOME'] ? join(env['XDG_CONFIG_HOME'], 'nereid') : join(env['HOME'] ?? '.', '.nereid');
}

function tritonDirectory(env: Environment): string {
  if (env['TRITONTEST_CLI_CONFIG_DIR']) return env['TRITONTEST_CLI_CONFIG_DIR'];
  return env['XDG_CONFIG_HOME'] ? join(env['XDG_CONFIG_HOME'], 'triton') : join(env['HOME'] ?? '.', '.triton');
}

function hasProfiles(path: string): boolean {
  const folder = join(path, 'profiles.d');
  return existsSync(folder) && readdirSync(folder).some((file) => file.endsWith('.json'));
}
