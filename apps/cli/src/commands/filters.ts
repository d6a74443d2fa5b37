import { usageError } from '../cli-error';
import { didYouMean } from '../command/nearest';

/**
 * `FIELD=VALUE` arguments as an object. `known` are the fields; one that ends in `.` stands for all that begin so.
 * @throws CliError `Usage` not of that form, or an unknown field, with those that are known
 */
export function filters(args: readonly string[], known: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    args.map((arg) => {
      const at = arg.indexOf('=');
      if (at < 1) throw usageError(`"${arg}" is no filter: FIELD=VALUE is expected`);
      const field = arg.slice(0, at);
      if (!known.some((name) => (name.endsWith('.') ? field.startsWith(name) : field === name))) {
        const shown = known.map((name) => (name.endsWith('.') ? `${name}NAME` : name));
        throw usageError(`invalid key: "${field}" (must match one of: ${shown.join(', ')})${didYouMean(field, known)}`);
      }
      return [field, arg.slice(at + 1)];
    }),
  );
}
