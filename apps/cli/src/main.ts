import { CodeCache } from './start/code-cache';
import { KeptScript } from './start/kept-script';
import { OwnFolder, cacheFolder } from './start/own-folder';

/** The command, bundled from `run.ts`: put here by `build.mjs`. Parsing and compiling it at each start would take as long as all that it does. */
declare const COMMAND_TEXT: string;

const script = new KeptScript<typeof import('./run')>(COMMAND_TEXT, __filename, new CodeCache(new OwnFolder(cacheFolder(process.env))));
void script
  .run(require)
  .runCli(process.argv.slice(2), process.env)
  .then(({ code, program }) => {
    process.exitCode = code;
    script.keep(program);
  });
