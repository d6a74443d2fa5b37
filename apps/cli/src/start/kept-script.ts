import { Script } from 'node:vm';
import type { CodeCache } from './code-cache';

/** A module that is there as a text, compiled from the cache as far as that has it. */
export class KeptScript<Exports> {
  readonly isFromCache: boolean;
  private readonly script: Script;
  private readonly commands: readonly string[];

  /** `file` is what stack traces name. */
  constructor(
    private readonly text: string,
    file: string,
    private readonly cache: CodeCache,
  ) {
    const kept = cache.read(text);
    this.script = new Script(`(function(require,module,exports){${text}\n})`, { filename: file, ...(kept && { cachedData: kept.code }) });
    this.isFromCache = kept !== undefined && this.script.cachedDataRejected === false;
    this.commands = this.isFromCache ? kept!.commands : [];
  }

  run(require: NodeJS.Require): Exports {
    const made = { exports: {} as Exports };
    const body = this.script.runInThisContext() as (require: NodeJS.Require, module: typeof made, exports: Exports) => void;
    body(require, made, made.exports);
    return made.exports;
  }

  /** Keeps the code after `command` was run, its functions among it; nothing is written when they are kept already. */
  keep(command: string): void {
    if (this.commands.includes(command)) return;
    this.cache.write(this.text, { code: this.script.createCachedData(), commands: [...this.commands, command] });
  }
}
