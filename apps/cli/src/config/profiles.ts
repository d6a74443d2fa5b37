import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error';
import { didYouMean } from '../command/nearest';
import type { ConfigDirectory } from './directory';
import { fromEnvironment, type Environment } from './environment';
import { checkProfile, environmentProfile, type Profile } from './profile';

/** What the options before the command change of the chosen profile. */
export type ProfileOverrides = Partial<Omit<Profile, 'name'>>;

/** The profiles of a configuration folder, and `env`. */
export class Profiles {
  constructor(
    private readonly directory: ConfigDirectory,
    private readonly env: Environment,
  ) {}

  /** The name of the profile in use: `-p`, then the environment, then the settings, then `env`. */
  currentName(asked: string | undefined): string {
    return asked ?? fromEnvironment(this.env, 'PROFILE') ?? this.directory.settings().profile ?? 'env';
  }

  /** @throws CliError `Config` there is none of that name, or it is wrong */
  get(name: string): Profile {
    if (name === 'env') return environmentProfile(this.env);
    const file = this.file(name);
    const content = this.directory.readJson(file);
    if (content === undefined) throw new CliError('Config', `no such profile: ${name}${didYouMean(name, this.names())}`);
    return checkProfile(name, content, file);
  }

  /** @throws CliError `Config` */
  current(asked: string | undefined, overrides: ProfileOverrides): Profile {
    const name = this.currentName(asked);
    // What stands in options need not stand in the environment.
    if (name === 'env' && overrides.url && overrides.account && overrides.keyId)
      return { name, url: '', account: '', keyId: '', ...overrides };
    return { ...this.get(name), ...overrides };
  }

  /** Names of the stored profiles, sorted. */
  names(): string[] {
    if (!existsSync(this.directory.profilesFolder)) return [];
    const files = readdirSync(this.directory.profilesFolder).filter((file) => file.endsWith('.json'));
    return files.map((file) => file.slice(0, -'.json'.length)).sort();
  }

  /** Every profile, `env` first when the environment describes one. */
  all(): Profile[] {
    const stored = this.names().map((name) => this.get(name));
    try {
      return [environmentProfile(this.env), ...stored];
    } catch {
      return stored;
    }
  }

  save({ name, ...fields }: Profile): void {
    this.directory.writeJson(this.file(name), fields);
  }

  delete(name: string): void {
    rmSync(this.file(name), { force: true });
  }

  private file(name: string): string {
    return join(this.directory.profilesFolder, `${name}.json`);
  }
}

const nameForm = /^[a-z][a-z0-9_.-]*$/;

/** @throws CliError `Usage` it is no name for a profile */
export function checkProfileName(name: string): void {
  if (name !== 'env' && nameForm.test(name)) return;
  throw new CliError('Usage', `"${name}" is no name for a profile: a lower-case letter, then letters, digits, _ . or -; "env" is taken`, {
    exit: 2,
  });
}
