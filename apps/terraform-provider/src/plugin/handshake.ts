/** The secret that is none: it tells a start by Terraform from one by a person. Source: Terraform, internal/plugin6. */
const cookieName = 'TF_PLUGIN_MAGIC_COOKIE';
const cookie = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';

/** The version of the plugin protocol that is spoken here. */
export const protocolVersion = 6;

type Environment = Readonly<Record<string, string | undefined>>;

export function isStartedByTerraform(env: Environment): boolean {
  return env[cookieName] === cookie;
}

/** Where the process listens, and its certificate when the connection is encrypted. */
export interface Listening {
  readonly network: 'unix' | 'tcp';
  readonly address: string;
  readonly certificate: Uint8Array | undefined;
}

/**
 * The one line that tells Terraform where to connect. The certificate is base64 without padding: padded text is refused.
 * Source: go-plugin, docs/internals.md.
 */
export function handshakeLine({ network, address, certificate }: Listening): string {
  const text = certificate ? Buffer.from(certificate).toString('base64').replace(/=+$/, '') : '';
  return `1|${protocolVersion}|${network}|${address}|grpc|${text}\n`;
}
