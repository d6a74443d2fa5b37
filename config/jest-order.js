// Which test files begin first. Jest goes by how long each took the last time, which a fresh clone does not know, and then by size; the
// longest files, those that kill processes again and again, are among the smallest, and begun last they would run alone at the end.
'use strict';
const { default: TestSequencer } = require('@jest/test-sequencer');

const isLong = (path) => /\/tests\/chaos\//.test(path);

module.exports = class LongestFirst extends TestSequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => Number(isLong(b.path)) - Number(isLong(a.path)));
  }
};
