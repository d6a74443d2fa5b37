import { nicName, type InstanceSpec, type NicSpec } from '@nereid/contracts';
import { interfaceName } from '../names';
import type { NicTagOptions } from '../options';

/** One port as it is to be made: both ends of a veth and the bridge it hangs on. */
export interface Port {
  readonly slot: number;
  /** The server's end. */
  readonly device: string;
  /** The guest's end. */
  readonly guestDevice: string;
  readonly bridge: string;
  /** What the bridge stands for, written into its alias. */
  readonly bridgeOf: string;
  readonly uplink: string | undefined;
  /** `address/prefix` that the bridge has when this server is the network's router. */
  readonly bridgeAddress: string | undefined;
  readonly nic: NicSpec;
}

/** The port of a NIC. Networks without an uplink have a bridge each; those of a tag with one share the tag's. */
export function planPort(installation: string, spec: InstanceSpec, nic: NicSpec, tag: NicTagOptions): Port {
  const bridgeOf = tag.uplink === undefined ? nic.network : `tag ${tag.name}`;
  return {
    slot: nic.slot,
    device: interfaceName('v', installation, spec.id, nic.slot),
    guestDevice: nicName(nic.slot),
    bridge: interfaceName('b', installation, bridgeOf, 0),
    bridgeOf,
    uplink: tag.uplink,
    bridgeAddress: tag.routed && nic.gateway ? `${nic.gateway}/${nic.prefixLength}` : undefined,
    nic,
  };
}

/** Lines for `ip -batch` on the server's side. `hasBridge` tells which bridges exist already. */
export function serverLines(namespace: string, instance: string, ports: readonly Port[], hasBridge: (name: string) => boolean): string[] {
  const made = new Set<string>();
  return ports.flatMap((port) => {
    const lines: string[] = [];
    if (!hasBridge(port.bridge) && !made.has(port.bridge)) {
      lines.push(`link add ${port.bridge} mtu ${port.nic.mtu} type bridge`, `link set ${port.bridge} alias "${port.bridgeOf}"`);
      if (port.uplink) lines.push(`link set ${port.uplink} master ${port.bridge}`, `link set ${port.uplink} up`);
      lines.push(`link set ${port.bridge} up`);
      made.add(port.bridge);
    }
    if (port.bridgeAddress) lines.push(`addr replace ${port.bridgeAddress} dev ${port.bridge}`);
    // The bridge may learn: the guard sees every frame before it does, so only true addresses are learnt.
    lines.push(
      `link add ${port.device} mtu ${port.nic.mtu} type veth peer name ${port.guestDevice} mtu ${port.nic.mtu} address ${port.nic.mac} netns ${namespace}`,
      `link set ${port.device} alias ${instance}`,
      `link set ${port.device} master ${port.bridge} up`,
    );
    return lines;
  });
}

/** Lines for `ip -batch` inside the instance's network namespace. The primary NIC's gateway is the way out. */
export function guestLines(ports: readonly Port[]): string[] {
  const lines = ['link set lo up'];
  for (const port of ports) {
    lines.push(`addr add ${port.nic.ip}/${port.nic.prefixLength} broadcast + dev ${port.guestDevice}`, `link set ${port.guestDevice} up`);
  }
  const primary = ports.find((port) => port.nic.primary) ?? ports[0];
  if (primary?.nic.gateway) lines.push(`route replace default via ${primary.nic.gateway} dev ${primary.guestDevice}`);
  return lines;
}
