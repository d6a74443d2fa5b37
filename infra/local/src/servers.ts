/** The three servers everything leans on, for whoever needs them without a whole cloud: the tests. */
export { launch, lastLines, waitUntilReady } from './launch';
export { firstWords, freePort, isFree } from './loopback';
export { startNats, type NatsWanted } from './nats';
export { postgresAdministrator, startPostgres, type PostgresWanted } from './postgres';
export { ProcessRecords, isAlive, recordOf, startTicksOf, stopProcess, waitForEnd, type ProcessRecord } from './process-record';
export { findProgram, lookForProgram, type Program } from './programs';
export { startRedis, type RedisWanted } from './redis';
export { Unprivileged } from './unprivileged';
export { sweep, leftovers, judged } from './sweep';
