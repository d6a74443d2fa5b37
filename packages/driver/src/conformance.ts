export * from './conformance/harness';
export * from './conformance/suite';
export { aTask, anInstance, bringUp, takeDown } from './conformance/fixtures';
