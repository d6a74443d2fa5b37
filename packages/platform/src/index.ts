import 'reflect-metadata';

export { defineApp, type AppDefinition, type AppParts, type DoorOptions } from './define-app';
export { runApps, startApps, type RunningApps } from './run-apps';
export { serviceConfig, httpConfig, HttpConfig, type ServiceConfig } from './service-config';
export { readConfig, ConfigError } from './config-file';
export { CLOCK, CONFIG, IDS, LOG, RANDOM } from './tokens';
export { makeLog, type Log, type LogLevel } from './log';
export { redacted } from './redact';
export { NestLog } from './nest-log';
export { currentContext, withContext, type Context } from './context';
export { ErrorFilter } from './error.filter';
export { Health, type CheckResult } from './health';
export { Metrics } from './metrics';
export { RateLimit } from './rate-limit';
export { serveFeed } from './serve-feed';
export { ConsoleRelay, consoleRelayUse, type JoinedConsole } from './streams/console-relay';
export type { RelayedConsole } from './streams/relayed-console';
export { acceptUpgrade, mustAskForUpgrade, offeredProtocols, routeUpgrades, type UpgradeOptions } from './streams/upgrades';
