export { capability, describeWith } from './capability';
export { despiteLoad } from './despite-load';
export { freshDatabase, type FreshDatabase } from './fresh-database';
export { infrastructure, type Infrastructure } from './infrastructure';
export { ownNats, ownRedis, type OwnServer } from './own-server';
export { testInstallation, type TestInstallation } from './test-installation';
export { testRun, type TestRun } from './run-directory';
