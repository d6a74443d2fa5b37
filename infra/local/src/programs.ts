import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { systemPath } from './launch';

/** Where Debian packages are unpacked when they cannot be installed. Shared by the checkouts of one user. */
export function privatePackages(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'nereid', 'debian');
}

export interface Program {
  readonly file: string;
  /** What a privately unpacked program needs to find its libraries; empty for an installed one. */
  readonly env: Readonly<Record<string, string>>;
}

/** @throws Error the program is neither installed nor unpacked; says how to get it */
export function findProgram(name: string): Program {
  const found = lookForProgram(name);
  if (!found) throw new Error(`${name} is not on this machine; ./dev up gets it`);
  return found;
}

/** A program on the system's path (sbin included, whatever the user's PATH says), else in the private package cache. */
export function lookForProgram(name: string): Program | undefined {
  const directories = new Set([...(process.env['PATH'] ?? '').split(delimiter), ...systemPath.split(':')]);
  for (const directory of directories) {
    const file = join(directory, name);
    if (directory && isExecutable(file)) return { file, env: {} };
  }
  const root = join(privatePackages(), 'root');
  for (const directory of ['usr/bin', 'usr/sbin', 'bin', 'sbin']) {
    const file = join(root, directory, name);
    if (existsSync(file)) return { file, env: { LD_LIBRARY_PATH: join(root, 'usr/lib/x86_64-linux-gnu') } };
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
