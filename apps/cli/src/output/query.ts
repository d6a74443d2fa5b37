import type { JSONValue } from '@jmespath-community/jmespath' with { 'resolution-mode': 'import' };
import { usageError } from '../cli-error';
import type { Query } from './show-queried';

/** A JMESPath expression, ready to be applied. @throws CliError `Option` it is none; the query itself, when values are not what it wants */
export async function queryOf(expression: string): Promise<Query> {
  const { TreeInterpreter, compile } = await import('@jmespath-community/jmespath');
  const tree = orUsageError(expression, () => compile(expression));
  return (value) =>
    // What JSON leaves out is not there for a query either.
    orUsageError(expression, () => TreeInterpreter.search(tree, JSON.parse(JSON.stringify(value)) as JSONValue));
}

function orUsageError<T>(expression: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const message = (cause as Error).message;
    throw usageError(`--query "${expression}": ${message}`, { cause, next: ['the language: https://jmespath.site'] }, 'Option');
  }
}
