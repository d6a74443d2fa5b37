export { SimulatedServer, type SimulatedServerOptions } from './simulated-server';
export { Faults, type Fault } from './faults';
export { operations, type Operation } from './operations';
