export * from './conformance/harness';
export * from './conformance/suite';
export { aTask, anInstance, bringUp, takeDown, until } from './conformance/fixtures';
