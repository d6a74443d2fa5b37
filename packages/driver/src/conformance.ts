export * from './conformance/harness';
