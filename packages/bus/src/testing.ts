export { findNatsServer, startNatsServer, type NatsServerProcess } from './ports/nats-server-process';
