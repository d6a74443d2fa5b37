import { spawnSync } from 'node:child_process';
import { boxPlace, missingForBox } from '@nereid/infra-node-box';
import type { Installation } from './installation';

/** The box that ./dev up starts. */
export const firstBox = 0;

/** Why this machine cannot have a real Linux node, in words for a person; undefined when it can. */
export function whyNoRealNode(): string | undefined {
  return missingForBox();
}

/** Where an installation remembers the range of addresses of its boxes. */
export function addressFile(installation: Installation): string {
  return installation.path('box-addresses');
}

/**
 * The address by which nodes reach the bus and the doors that are theirs, and on which those listen. A box has a network of its own, so
 * that is not 127.0.0.1 but the host's end of its link: put on the loopback interface too, since servers start before the first box and
 * outlive it, and so nothing has to listen on the machine's own addresses. The label lets the janitor know it again.
 */
export function nodeFacingAddress(installation: Installation): string {
  return whyNoRealNode() === undefined ? boxPlace(installation.id, firstBox, addressFile(installation)).hostAddress : '127.0.0.1';
}

/** Puts the address there, unless it is. */
export function ensureNodeFacingAddress(installation: Installation): void {
  const address = nodeFacingAddress(installation);
  if (address === '127.0.0.1') return;
  const made = spawnSync('ip', ['address', 'replace', `${address}/32`, 'dev', 'lo', 'label', `lo:n${installation.id}`], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`address ${address} for nodes: ${made.stderr.trim() || String(made.error)}`);
}

/** Takes it away again. Safe to repeat. */
export function removeNodeFacingAddress(installation: Installation): void {
  const address = nodeFacingAddress(installation);
  if (address !== '127.0.0.1') spawnSync('ip', ['address', 'delete', `${address}/32`, 'dev', 'lo']);
}
