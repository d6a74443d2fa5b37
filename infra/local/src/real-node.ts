import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boxesPerInstallation, boxPlace, startBox, stopBox } from '@nereid/infra-node-box';
import { buildTerminalProgram } from '@nereid/driver-linux/terminal-program';
import { SystemRunner } from '@nereid/ports';
import { stringify } from 'yaml';
import type { CertificateAuthority } from './certificate-authority';
import { enrolmentTokens } from './enrolment-tokens';
import { type Installation, repository } from './installation';
import { addressFile } from './node-facing-address';
import { recordOf } from './process-record';
import { doorsOf } from './service-config';
import { codeFingerprint } from './services';
import { externalOf, internalTag } from './subnets';

/** The name of a box among the installation's processes, and of its folder. */
export function boxName(index: number): string {
  return index === 0 ? 'node' : `node${index + 1}`;
}

/** What has to be known to stop a box that another command started. */
interface BoxRecord {
  readonly installation: string;
  readonly index: number;
  readonly pid: number;
  readonly supervisorPid: number;
  readonly fingerprint: string;
}

/** Runs so many real Linux nodes, each in its box, and stops boxes beyond. Answers a remark. */
export async function ensureRealNodes(installation: Installation, authority: CertificateAuthority, count: number): Promise<string> {
  await stopRealNodes(installation, count);
  const remarks: string[] = [];
  for (let index = 0; index < count; index++) remarks.push(await ensureRealNode(installation, authority, index));
  return remarks.join('; ');
}

/** Stops every box from number `from` on. Safe to repeat. */
export async function stopRealNodes(installation: Installation, from = 0): Promise<void> {
  const indexes = Array.from({ length: boxesPerInstallation - from }, (_, index) => from + index);
  await Promise.all(indexes.map((index) => stopRealNode(installation, index)));
}

/**
 * Starts a real Linux node in its box, unless it runs with this code and configuration. A restart of the box ends the instances on it;
 * their data stays, and the control plane starts them again.
 */
async function ensureRealNode(installation: Installation, authority: CertificateAuthority, index: number): Promise<string> {
  const name = boxName(index);
  const place = boxPlace(installation.id, index, addressFile(installation));
  const folder = installation.path(name);
  mkdirSync(folder, { recursive: true, mode: 0o700 }); // root's: the agent's identity and the pool
  const tokenFile = join(folder, 'token');
  const config = stringify({
    driver: 'linux',
    hostname: `${name}-${installation.id}`,
    stateDir: join(folder, 'agent'),
    enrolment: { url: (await doorsOf(installation)).adminapi, tokenFile },
    caFile: authority.file,
    bus: { caFile: authority.file },
    linux: {
      pool: place.pool,
      poolMountpoint: place.poolMountpoint,
      runDir: place.runDir,
      cgroupParent: place.cgroupParent,
      nicTags: [externalOf(index), internalTag],
      address: place.nodeAddress,
      terminalProgram: await buildTerminalProgram(new SystemRunner()),
    },
  });
  const fingerprint = `${config}${codeFingerprint()}`;
  const known = readRecord(installation, index);
  if (known && installation.processes.living(name) && known.fingerprint === fingerprint) return `${place.nodeAddress}, running`;
  await stopRealNode(installation, index);

  // Tokens work once; a node that has its identity does not look at them.
  if (!existsSync(join(folder, 'agent', 'identity.json'))) {
    writeFileSync(tokenFile, `${(await enrolmentTokens(installation, 1))[0]}\n`, { mode: 0o600 });
  }
  const configFile = join(folder, 'agent.yaml');
  writeFileSync(configFile, config, { mode: 0o600 });
  const box = await startBox({
    installation: installation.id,
    index,
    stateDir: folder,
    addressFile: addressFile(installation),
    agentArgv: [process.execPath, join(repository, 'apps', 'agent', 'dist', 'main.js'), '--config', configFile],
    env: { ...installation.env, NODE_ENV: 'production' },
    keepsAgent: true,
  });
  installation.processes.save(recordOf(name, box.supervisorPid, installation.logFile(name)));
  const { pid, supervisorPid } = box;
  const record: BoxRecord = { installation: installation.id, index, pid, supervisorPid, fingerprint };
  writeFileSync(recordFile(installation, index), JSON.stringify(record), { mode: 0o600 });
  rmSync(installation.logFile(name), { force: true });
  symlinkSync(box.logFile, installation.logFile(name)); // `./dev logs` finds it with the others
  return place.nodeAddress;
}

/** Stops a box in order: agent, containers, pool. */
async function stopRealNode(installation: Installation, index: number): Promise<void> {
  const name = boxName(index);
  const known = readRecord(installation, index);
  if (known && installation.processes.living(name)) await stopBox(known);
  rmSync(recordFile(installation, index), { force: true });
  installation.processes.remove(name);
}

function recordFile(installation: Installation, index: number): string {
  return installation.path(boxName(index), 'box.json');
}

function readRecord(installation: Installation, index: number): BoxRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(installation, index), 'utf8')) as BoxRecord;
  } catch {
    return undefined;
  }
}
