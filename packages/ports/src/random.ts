// By itself, for programs that must start fast and load nothing that they do not use.
export * from './ports/random';
