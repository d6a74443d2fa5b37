import { ServiceError } from '@nereid/contracts';
import { Stopped } from '../api/stopped';
import { Problem, type Path } from './problem';

/** The attribute that a field of a request was made from, where it has another name. */
export type FieldPaths = (field: string) => Path | undefined;

/**
 * Whatever was thrown as problems: one for each field that the API complained about, at the attribute it came from. The request's id is in
 * each, for whoever has to look it up in the API's log. What is no mistake of a user's is thrown on.
 * @param doing what was being attempted: "creating the instance"
 */
export function toProblems(thrown: unknown, doing: string, pathOf: FieldPaths = () => undefined): Problem[] {
  if (thrown instanceof Problem) return [thrown];
  if (thrown instanceof AggregateError && thrown.errors.every((each) => each instanceof Problem)) return thrown.errors;
  if (thrown instanceof Stopped) return [new Problem('Interrupted', `Terraform was asked to stop while ${doing}.`)];
  if (!(thrown instanceof ServiceError)) throw thrown;
  const requestId = thrown.context?.['requestId'];
  const trace = typeof requestId === 'string' ? `\n\nRequest id: ${requestId}` : '';
  const summary = `Error ${doing}`;
  const complaints = thrown.errors?.length ? thrown.errors : [{ field: '', message: thrown.message }];
  return complaints.map(({ field, message }) => {
    const text = field && !message.includes(field) ? `${field}: ${message}` : message;
    return new Problem(summary, `${text} (${thrown.code})${trace}`, pathOf(field) ?? []);
  });
}

/** `metadata.KEY` and the like: the element of that map. */
export function mapElement(field: string, prefix: string, attribute: string): Path | undefined {
  return field.startsWith(`${prefix}.`) ? [attribute, { key: field.slice(prefix.length + 1) }] : undefined;
}
