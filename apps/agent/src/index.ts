// For tests and the testkit: parts of the agent to run in a process of their own making.
export { NodeAgent, type NodeAgentOptions, type NodeAgentPorts } from './node-agent';
export type { NodeBus } from './node-bus';
export { crashPlaces } from './tasks/task-steps';
