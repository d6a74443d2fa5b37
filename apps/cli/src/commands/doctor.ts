import type { Run } from '../command/spec';
import { exitCodes } from '../cli-error';
import { checks, type Finding } from '../doctor/checks';

const marks: Readonly<Record<Finding['state'], string>> = { ok: 'ok  ', warning: 'warn', failed: 'FAIL' };

export const run: Run = async (context, { flags }) => {
  let isWell = true;
  for await (const finding of checks(context)) {
    isWell &&= finding.state !== 'failed';
    if (flags.has('json')) {
      context.terminal.print(JSON.stringify(finding));
    } else {
      const { check, state, text, next = [] } = finding;
      context.terminal.print(`${marks[state]}  ${check.padEnd(11)}  ${text}`, ...next.map((line) => `                   → ${line}`));
    }
  }
  return isWell ? 0 : exitCodes.failed;
};
