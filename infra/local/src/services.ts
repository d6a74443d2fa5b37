import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { CertificateAuthority } from './certificate-authority';
import { type Installation, repository } from './installation';
import { launch, waitUntilReady } from './launch';
import { stopProcess } from './process-record';
import { type ServiceName, serviceConfigs, serviceNames } from './service-config';

/**
 * Starts the services that do not run, and restarts those whose code or configuration has changed: all in one process, or one process an
 * app. Resolves when all take requests.
 */
export async function ensureServices(
  installation: Installation,
  authority: CertificateAuthority,
  isProcessPerApp: boolean,
): Promise<string> {
  const configs = await serviceConfigs(installation, authority);
  const groups: [process: string, apps: readonly ServiceName[]][] = isProcessPerApp
    ? serviceNames.map((name) => [name, [name]])
    : [['standalone', serviceNames]];
  // The other shape, from an earlier start, would serve the same calls beside this one.
  const others = isProcessPerApp ? ['standalone'] : serviceNames;
  await Promise.all(others.map((name) => stopService(installation, name)));
  const started = await Promise.all(groups.map(([name, apps]) => ensureProcess(installation, name, apps, configs)));
  const fresh = started.filter(Boolean).length;
  const shape = isProcessPerApp ? `${groups.length} processes` : 'one process';
  return fresh === 0 ? `${shape}, running` : fresh < groups.length ? `${shape}, ${fresh} restarted` : shape;
}

async function ensureProcess(
  installation: Installation,
  name: string,
  apps: readonly ServiceName[],
  configs: Record<ServiceName, object>,
): Promise<boolean> {
  const running = installation.processes.living(name);
  const healthPort = await installation.port(`${name}-health`, running !== undefined);
  const config = stringify({
    apps: Object.fromEntries(apps.map((app) => [app, configs[app]])),
    health: { host: '127.0.0.1', port: healthPort },
    log: { level: 'info' },
  });
  const fingerprint = createHash('sha256').update(config).update(codeFingerprint()).digest('hex');
  const fingerprintFile = installation.path('run', `${name}.fingerprint`);
  const isSame = existsSync(fingerprintFile) && readFileSync(fingerprintFile, 'utf8') === fingerprint;
  if (running && isSame && (await isHealthy(healthPort))) return false;
  if (running) await stopService(installation, name);

  installation.as.ownDirectory(installation.path('config'));
  const file = installation.as.ownFile(installation.path('config', `${name}.yaml`), config);
  const main = join(repository, 'apps', name, 'dist', 'main.js');
  const saidBefore = sizeOf(installation.logFile(name));
  const record = await launch({
    name,
    argv: installation.as.argv([process.execPath, main, '--config', file]),
    logFile: installation.logFile(name),
    env: { ...installation.env, NODE_ENV: 'production' },
  });
  installation.processes.save(record);
  // Its word and not its health: that is good as soon as the connections stand, a moment before every handler listens.
  await waitUntilReady(
    record,
    async () => readFileSync(installation.logFile(name), 'utf8').slice(saidBefore).includes('"msg":"ready"'),
    60_000,
  );
  writeFileSync(fingerprintFile, fingerprint);
  return true;
}

function sizeOf(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
}

async function stopService(installation: Installation, name: string): Promise<void> {
  const running = installation.processes.living(name);
  if (running) await stopProcess(running, 'SIGTERM', 20_000);
  installation.processes.remove(name);
}

/** Whether a process says that everything it needs is there. */
export async function isHealthy(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) });
    return answer.ok;
  } catch {
    return false;
  }
}

/** Changes when anything that was built has changed: sizes and times of the built files; turbo rewrites only what differs. */
export function codeFingerprint(): string {
  const hash = createHash('sha256');
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.js')) {
        const { size, mtimeMs } = statSync(path);
        hash.update(`${path} ${size} ${mtimeMs}\n`);
      }
    }
  };
  for (const folder of ['apps', 'packages', 'infra']) {
    for (const name of readdirSync(join(repository, folder))) {
      const dist = join(repository, folder, name, 'dist');
      if (existsSync(dist)) walk(dist);
    }
  }
  return hash.digest('hex');
}
