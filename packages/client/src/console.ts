/** Sessions at consoles, for browsers and Node alike: nothing here imports a module of Node, or zod. */
export * from './console/console-connection';
export * from './console/outcome';
export * from './console/protocols';
