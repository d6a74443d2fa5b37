import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boxPlace, startBox, stopBox } from '@nereid/infra-node-box';
import { stringify } from 'yaml';
import type { CertificateAuthority } from './certificate-authority';
import { enrolmentTokens } from './enrolment-tokens';
import { type Installation, repository } from './installation';
import { addressFile, firstBox } from './node-facing-address';
import { recordOf } from './process-record';
import { externalNetwork } from './seed';
import { doorsOf } from './service-config';
import { codeFingerprint } from './services';

const name = 'node';

/** What has to be known to stop a box that another command started. */
interface BoxRecord {
  readonly installation: string;
  readonly index: number;
  readonly pid: number;
  readonly supervisorPid: number;
  readonly fingerprint: string;
}

/**
 * Starts the real Linux node in its box, unless it runs with this code and configuration. A restart of the box ends the instances on it;
 * their data stays, and the control plane starts them again.
 */
export async function ensureRealNode(installation: Installation, authority: CertificateAuthority): Promise<string> {
  const place = boxPlace(installation.id, firstBox, addressFile(installation));
  const folder = installation.path('node');
  mkdirSync(folder, { recursive: true, mode: 0o700 }); // root's: the agent's identity and the pool
  const tokenFile = join(folder, 'token');
  const config = stringify({
    driver: 'linux',
    hostname: `node-${installation.id}`,
    stateDir: join(folder, 'agent'),
    enrolment: { url: (await doorsOf(installation)).adminapi, tokenFile },
    caFile: authority.file,
    bus: { caFile: authority.file },
    linux: {
      pool: place.pool,
      poolMountpoint: place.poolMountpoint,
      runDir: place.runDir,
      cgroupParent: place.cgroupParent,
      nicTags: [externalNetwork],
      address: place.nodeAddress,
    },
  });
  const fingerprint = `${config}${codeFingerprint()}`;
  const known = readRecord(installation);
  if (known && installation.processes.living(name) && known.fingerprint === fingerprint) return `${place.nodeAddress}, running`;
  await stopRealNode(installation);

  // Tokens work once; a node that has its identity does not look at them.
  if (!existsSync(join(folder, 'agent', 'identity.json'))) {
    writeFileSync(tokenFile, `${(await enrolmentTokens(installation, 1))[0]}\n`, { mode: 0o600 });
  }
  const configFile = join(folder, 'agent.yaml');
  writeFileSync(configFile, config, { mode: 0o600 });
  const box = await startBox({
    installation: installation.id,
    index: firstBox,
    stateDir: folder,
    addressFile: addressFile(installation),
    agentArgv: [process.execPath, join(repository, 'apps', 'agent', 'dist', 'main.js'), '--config', configFile],
    env: { ...installation.env, NODE_ENV: 'production' },
    keepsAgent: true,
  });
  installation.processes.save(recordOf(name, box.supervisorPid, installation.logFile(name)));
  const { pid, supervisorPid } = box;
  const record: BoxRecord = { installation: installation.id, index: firstBox, pid, supervisorPid, fingerprint };
  writeFileSync(recordFile(installation), JSON.stringify(record), { mode: 0o600 });
  rmSync(installation.logFile(name), { force: true });
  symlinkSync(box.logFile, installation.logFile(name)); // `./dev logs` finds it with the others
  return place.nodeAddress;
}

/** Stops the box in order: agent, containers, pool. Safe to repeat. */
export async function stopRealNode(installation: Installation): Promise<void> {
  const known = readRecord(installation);
  if (known && installation.processes.living(name)) await stopBox(known);
  rmSync(recordFile(installation), { force: true });
  installation.processes.remove(name);
}

function recordFile(installation: Installation): string {
  return installation.path('node', 'box.json');
}

function readRecord(installation: Installation): BoxRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(installation), 'utf8')) as BoxRecord;
  } catch {
    return undefined;
  }
}
