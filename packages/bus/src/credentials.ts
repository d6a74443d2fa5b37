export { createBusAuthority, mintServiceCreds, nodeAuthorityFile, NodeAuthorityKeys } from './credentials/bus-authority';
export type { BusAuthority } from './credentials/bus-authority';
export { NodeAuthority } from './credentials/node-authority';
export { credsText as credsFile } from './credentials/claims';
export { makeNodeKey, publicKeyOf } from './node-key';
export { natsOperatorConfig, natsServerConfig } from './credentials/server-config';
export type { NatsServerWanted } from './credentials/server-config';
