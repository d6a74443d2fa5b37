import type { BusAuthority } from './bus-authority';

export interface NatsServerWanted {
  /** One address: the server listens on no second one. */
  readonly host: string;
  readonly port: number;
  readonly authority: BusAuthority;
  /** Where revocations are kept; must outlive a restart and be the server's own. */
  readonly resolverDir: string;
  /** Wanted as soon as an agent is not on loopback. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Monitoring for operators, on loopback. */
  readonly monitorPort?: number;
}

/** The text of a nats-server's configuration: core NATS in operator mode. Good for 2.9 and later. */
export function natsServerConfig(wanted: NatsServerWanted): string {
  const lines = [
    `listen: ${quoted(`${wanted.host}:${wanted.port}`)}`,
    // A page of a feed with large objects; requests are far smaller.
    'max_payload: 4MB',
    // A vanished node is noticed within a minute, though beats tell sooner.
    'ping_interval: "20s"',
    'ping_max: 2',
  ];
  if (wanted.tls) lines.push(`tls { cert_file: ${quoted(wanted.tls.certFile)}, key_file: ${quoted(wanted.tls.keyFile)} }`);
  if (wanted.monitorPort !== undefined) lines.push(`http: "127.0.0.1:${wanted.monitorPort}"`);
  return `${lines.join('\n')}\n${natsOperatorConfig(wanted)}`;
}

/** The part of it that says who may do what. Accounts in `resolverDir` that are newer than these win, so a revocation stays. */
export function natsOperatorConfig({ authority, resolverDir }: Pick<NatsServerWanted, 'authority' | 'resolverDir'>): string {
  return [
    `operator: ${authority.operatorJwt}`,
    `system_account: ${authority.systemAccount}`,
    `resolver: { type: full, dir: ${quoted(resolverDir)}, allow_delete: false, interval: "2m" }`,
    'resolver_preload: {',
    `  ${authority.systemAccount}: ${authority.systemAccountJwt}`,
    `  ${authority.account}: ${authority.accountJwt}`,
    '}',
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
