// Jest's globalSetup: tells the workers whose run they belong to (packages/testkit/src/run-directory.ts). Starts nothing.
'use strict';
const { readFileSync } = require('node:fs');

module.exports = async () => {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  process.env.NEREID_TEST_OWNER ??= `${process.pid}:${ticks}`;
};
