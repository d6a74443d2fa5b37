/** Interfaces have no value at run time, so ports and settings are injected by name. */
export const CLOCK = Symbol('Clock');
export const IDS = Symbol('Ids');
export const CONFIG = Symbol('CloudapiConfig');
