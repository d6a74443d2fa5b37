import { CliError, exitCodes } from '../cli-error';
import type { Context } from '../context';

/**
 * Does something to each target at the same time. A target that fails says so on a line of its own.
 * @throws CliError `command failure` at the end when one failed; with the exit code of a refusal or of a timeout when all failed for that
 */
export async function eachTarget(context: Context, targets: readonly string[], act: (target: string) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  await Promise.all(
    targets.map((target) =>
      act(target).catch((error: unknown) => {
        failures.push(error);
        context.terminal.complain(`error: ${(error as Error).message}`);
      }),
    ),
  );
  if (failures.length === 0) return;
  const exits = new Set(failures.map((error) => (error instanceof CliError ? error.exit : exitCodes.failed)));
  const [exit = exitCodes.failed] = exits;
  const isTelling = exits.size === 1 && ([exitCodes.refused, exitCodes.timeout, exitCodes.interrupted] as number[]).includes(exit);
  throw new CliError(undefined, 'command failure', { exit: isTelling ? exit : exitCodes.failed });
}
