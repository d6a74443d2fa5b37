import type { Run } from '../command/spec';
import { CliError, exitCodes, usageError } from '../cli-error';
import { asError } from '../cloud/cloud';

export const run: Run = async (context, { args: [path = ''], flags, values }) => {
  const data = values['data']?.at(-1);
  const method = values['method']?.at(-1) ?? (data === undefined ? 'GET' : 'PUT');
  const headers = Object.fromEntries(
    (values['header'] ?? []).map((line): [string, string] => {
      const at = line.indexOf(':');
      if (at < 1) throw usageError(`"${line}" is no header: NAME: VALUE`);
      return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
  const answer = await (await context.cloud()).send(method, path, { headers, ...(data !== undefined && { body: data }) });
  if (flags.has('include')) {
    const shown = Object.entries(answer.headers).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`);
    context.terminal.complain(`HTTP/1.1 ${answer.status} ${answer.statusText}`, ...shown, '');
  }
  if (answer.text !== '') context.terminal.print(indented(answer.text));
  if (answer.status < 400) return;
  const { code, message, detail } = asError(answer);
  throw new CliError(code, message, { ...detail, exit: exitCodes.failed });
};

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 4);
  } catch {
    return text;
  }
}
