import type { FieldName, Predicate, Relation } from '@nereid/contracts';
import { syscallNumber } from './syscall-names';

/** How each field is spelt where a predicate is to hold; a field that is missing cannot be compared there. */
export type Spelling = Partial<Record<FieldName, string>>;

/** Why a predicate cannot be had; for people. */
export class CannotCompile extends Error {}

const operators: Record<Relation, string> = { eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' };

/**
 * A predicate as an expression of bpftrace. Made from the checked tree alone: constants of texts match their field's pattern, which has no
 * quote and no backslash in it, and are checked again here.
 * @param groupOf an instance's control group; undefined when it has none here, and then nothing of it happens here
 * @throws CannotCompile
 */
export function predicateCode(predicate: Predicate, spelling: Spelling, groupOf: (vm: string) => string | undefined): string {
  if ('and' in predicate || 'or' in predicate) {
    const [members, joint] = 'and' in predicate ? [predicate.and, ' && '] : [predicate.or, ' || '];
    return `(${members.map((member) => predicateCode(member, spelling, groupOf)).join(joint)})`;
  }
  const [leaf] = Object.entries(predicate) as [Relation, readonly [FieldName, string | number]][];
  if (leaf === undefined) return '1 == 1';
  const [relation, [field, constant]] = leaf;
  const name = spelling[field];
  if (name === undefined) throw new CannotCompile(`${field} cannot be compared on this server, only shown`);
  const never = relation === 'ne' ? '1 == 1' : '1 == 0';
  switch (field) {
    case 'zonename': {
      const group = groupOf(String(constant));
      return group === undefined ? never : `${name} ${operators[relation]} ${group}`;
    }
    case 'syscall': {
      const number = syscallNumber(String(constant));
      return number === undefined ? never : `${name} ${operators[relation]} ${number}`;
    }
    case 'optype':
      return `${name} ${operators[relation]} ${optypeCode(String(constant))}`;
    case 'latency':
    case 'rport':
    case 'pid':
      if (!/^\d+$/.test(String(constant))) throw new CannotCompile(`${field} wants a whole number`);
      return `${name} ${operators[relation]} ${constant}`;
    default:
      if (/["\\\n]/.test(String(constant))) throw new CannotCompile(`${field} cannot be that`);
      return `${name} ${operators[relation]} "${constant}"`;
  }
}

const optypes = ['read', 'write', 'sync'];

/** Kinds of operations are numbers in programs. */
export function optypeCode(name: string): number {
  return optypes.indexOf(name);
}

export function optypeName(code: number): string {
  return optypes[code] ?? 'other';
}
