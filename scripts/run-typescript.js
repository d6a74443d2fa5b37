// Lets Node load this repository's TypeScript as it is: `node -r ./scripts/run-typescript.js file.ts`. For tools, tests' helpers and
// `./dev`, which must work before anything is built. Services run what turbo built. Compiled files are kept in .cache/typescript, so
// that the compiler is not even loaded when nothing changed (40 ms saved on each command).
'use strict';
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const root = path.dirname(__dirname);
const cache = path.join(root, '.cache', 'typescript');
const settings = fs.readFileSync(path.join(root, '.swcrc'), 'utf8');
let swc;

function compile(filename) {
  const source = fs.readFileSync(filename, 'utf8');
  const key = createHash('sha256').update(settings).update(filename).update('\0').update(source).digest('hex').slice(0, 32);
  const kept = path.join(cache, `${key}.js`);
  try {
    return fs.readFileSync(kept, 'utf8');
  } catch {
    // not compiled yet
  }
  swc ??= require('@swc/core');
  const options = { ...JSON.parse(settings), exclude: undefined, swcrc: false, configFile: false, filename, sourceMaps: 'inline' };
  const { code } = swc.transformSync(source, options);
  try {
    fs.mkdirSync(cache, { recursive: true });
    const unfinished = `${kept}.${process.pid}`;
    fs.writeFileSync(unfinished, code);
    fs.renameSync(unfinished, kept);
  } catch {
    // a checkout that cannot be written to: compile each time
  }
  return code;
}

require.extensions['.ts'] = (module, filename) => module._compile(compile(filename), filename);

// Workspace packages resolve to their sources, by the same three patterns as in jest.config.js.
const folders = { '@nereid-app/': 'apps', '@nereid/infra-': 'infra', '@nereid/': 'packages' };
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  for (const [prefix, folder] of Object.entries(folders)) {
    if (!request.startsWith(prefix)) continue;
    const [name, file = 'index'] = request.slice(prefix.length).split('/');
    return resolveFilename.call(this, path.join(root, folder, name, 'src', file), ...rest);
  }
  return resolveFilename.call(this, request, ...rest);
};

// Source maps are inline; Node applies them to stack traces.
process.setSourceMapsEnabled(true);
