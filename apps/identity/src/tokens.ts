/** Interfaces have no value at run time, so ports are injected by name. */
export const IDS = Symbol('Ids');
