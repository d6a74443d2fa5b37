import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { CertificateAuthority } from './certificate-authority';
import { enrolmentTokens } from './enrolment-tokens';
import { type Installation, repository } from './installation';
import { launch } from './launch';
import { stopProcess } from './process-record';
import { doorsOf } from './service-config';
import { codeFingerprint } from './services';
import { tagsOfSimulated } from './subnets';

const name = 'simulated-servers';

/** Settings of the simulated driver that a caller may change; see apps/agent/src/config.ts. */
export interface Simulation {
  readonly latencyScale?: number;
  readonly allImagesPresent?: boolean;
  readonly nicTags?: readonly string[];
}

/** Runs so many simulated servers, all in one unprivileged process; another number than before restarts it. Answers a remark. */
export async function ensureSimulatedServers(
  installation: Installation,
  authority: CertificateAuthority,
  servers: number,
  simulation?: Simulation,
): Promise<string> {
  const running = installation.processes.living(name);
  if (servers === 0) {
    if (running) await stopProcess(running);
    installation.processes.remove(name);
    return 'none';
  }
  const stateDir = installation.as.ownDirectory(installation.path('simulated'));
  const tokenFile = join(stateDir, 'tokens');
  const config = stringify({
    driver: 'simulated',
    stateDir,
    enrolment: { url: (await doorsOf(installation)).adminapi, tokenFile },
    caFile: authority.file,
    bus: { caFile: authority.file },
    simulated: { servers, nicTags: tagsOfSimulated(0), controlSocket: join(stateDir, 'control.sock'), ...simulation },
  });
  const fingerprint = `${config}${codeFingerprint()}`;
  const fingerprintFile = installation.path('run', `${name}.fingerprint`);
  if (running && existsSync(fingerprintFile) && readFileSync(fingerprintFile, 'utf8') === fingerprint) return `${servers}, running`;
  if (running) await stopProcess(running);

  installation.as.ownFile(tokenFile, (await enrolmentTokens(installation, servers)).join('\n') + '\n');
  installation.as.ownDirectory(installation.path('config'));
  const file = installation.as.ownFile(installation.path('config', `${name}.yaml`), config);
  const record = await launch({
    name,
    argv: installation.as.argv([process.execPath, join(repository, 'apps', 'agent', 'dist', 'main.js'), '--config', file]),
    logFile: installation.logFile(name),
    env: { ...installation.env, NODE_ENV: 'production' },
  });
  installation.processes.save(record);
  writeFileSync(fingerprintFile, fingerprint);
  return `${servers}`;
}
