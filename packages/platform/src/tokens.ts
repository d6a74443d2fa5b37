/** Names under which what has no class is injected. Every app gets these without importing a module. */
export const CLOCK = Symbol('Clock');
export const IDS = Symbol('Ids');
export const RANDOM = Symbol('Random');
/** The app's own configuration, parsed by its schema. */
export const CONFIG = Symbol('Config');
/** The app's logger ({@link Log}); each line carries the app's name and the current context. */
export const LOG = Symbol('Log');
