import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { permissionsOf, type BusPermissions } from '@nereid/bus';
import { createBusAuthority, mintServiceCreds, natsOperatorConfig, nodeAuthorityFile, type BusAuthority } from '@nereid/bus/credentials';
import { devName, devUse } from './bus-access';
import { type Installation, repository } from './installation';
import { credsFile, nodeAuthorityPath } from './service-config';
import { codeFingerprint } from './services';

/** Lines of the bus server's configuration that say who may do what: operator mode, revocations kept in `directory`. */
export function natsAuthorization(installation: Installation, directory: string): string {
  return natsOperatorConfig({
    authority: busAuthority(installation),
    resolverDir: installation.as.ownDirectory(join(directory, 'jwt')),
  });
}

/**
 * Credentials for every service, each good for the calls it declares and nothing else, for cnapi the keys by which it lets nodes in, and
 * for ./dev itself. Made again only for those that declare something else than before.
 */
export async function ensureBusCredentials(installation: Installation): Promise<string> {
  const authority = busAuthority(installation);
  const keys = nodeAuthorityPath(installation);
  if (!existsSync(keys)) installation.as.ownFile(keys, nodeAuthorityFile(authority));
  const wanted = { ...(await declaredPermissions(installation)), [devName]: permissionsOf(devName, devUse) };
  let made = 0;
  for (const [name, permissions] of Object.entries(wanted)) {
    const file = credsFile(installation, name);
    const shape = `${JSON.stringify(permissions)}\n`;
    if (existsSync(file) && existsSync(`${file}.for`) && readFileSync(`${file}.for`, 'utf8') === shape) continue;
    installation.as.ownFile(file, mintServiceCreds(authority, name, permissions));
    writeFileSync(`${file}.for`, shape);
    made++;
  }
  return made === 0 ? '' : `${made} made`;
}

/** Every key of the bus, made once. Of whoever runs ./dev: no service reads it. */
function busAuthority(installation: Installation): BusAuthority {
  const file = installation.path('authority', 'bus.json');
  if (!existsSync(file)) {
    mkdirSync(installation.path('authority'), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(createBusAuthority()), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as BusAuthority;
}

/** What each service says that it does on the bus; asked of the built programs themselves, once for each build. */
async function declaredPermissions(installation: Installation): Promise<Record<string, BusPermissions>> {
  const cache = installation.path('bus-permissions.json');
  const code = codeFingerprint();
  const known = existsSync(cache)
    ? (JSON.parse(readFileSync(cache, 'utf8')) as { code: string; permissions: Record<string, BusPermissions> })
    : undefined;
  if (known?.code === code) return known.permissions;
  const main = join(repository, 'apps', 'standalone', 'dist', 'main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--bus-permissions'], { maxBuffer: 4 * 1024 * 1024 });
  const permissions = JSON.parse(stdout) as Record<string, BusPermissions>;
  writeFileSync(cache, JSON.stringify({ code, permissions }));
  return permissions;
}
