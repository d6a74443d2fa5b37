import type { adminapi } from '@nereid/contracts/light';

// The words of the contracts that the portal offers to choose from. A test compares them with the schemas, which stay out of the browser.

export type VmState = adminapi.VmListItem['state'];
export type JobState = adminapi.JobObject['execution'];
export type ServerState = adminapi.ServerObject['state'];
export type Brand = adminapi.VmListItem['brand'];

export const vmStates: readonly VmState[] = ['provisioning', 'running', 'stopping', 'stopped', 'failed', 'offline', 'unknown', 'destroyed'];
export const jobStates: readonly JobState[] = ['queued', 'running', 'waiting', 'undoing', 'succeeded', 'failed', 'canceled', 'stuck'];
export const serverStates: readonly ServerState[] = ['new', 'up', 'suspect', 'down'];
export const brands: readonly Brand[] = ['joyent', 'joyent-minimal', 'lx', 'bhyve', 'kvm'];

/** A job in one of these will not change any more. */
export const finishedJobStates: readonly JobState[] = ['succeeded', 'failed', 'canceled'];
