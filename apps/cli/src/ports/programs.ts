import type { Environment } from '../config/environment';

/** Other programs, at this terminal. */
export interface Programs {
  /** Runs with our own streams and answers the exit code; 128 + signal when one ended it. @throws Error it cannot be started */
  attach(argv: readonly [string, ...string[]], env: Environment): Promise<number>;
}

export class SystemPrograms implements Programs {
  async attach([program, ...args]: readonly [string, ...string[]], env: Environment): Promise<number> {
    const { spawn } = await import('node:child_process');
    // The terminal sends Ctrl-C to both; it is the program's to act on.
    const ignore = (): void => undefined;
    process.on('SIGINT', ignore);
    return new Promise<number>((resolve, reject) => {
      const child = spawn(program, args, { stdio: 'inherit', env: env });
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)));
    }).finally(() => process.off('SIGINT', ignore));
  }
}
