export { vmapiApp } from './vmapi-app';
export { VmapiConfig } from './config';
