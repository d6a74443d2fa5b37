import type { CreateVm, Vm } from '@nereid/contracts';
import { invalidArgument } from '../published-errors';

interface Rule {
  readonly key: string;
  readonly isNear: boolean;
  readonly isStrict: boolean;
  readonly value: string;
}

const form = /^([a-z_][a-z0-9_.-]*?)(==~|!=~|==|!=)(.+)$/i;

/** @throws InvalidArgument a rule does not parse */
export function parseAffinity(affinity: string | readonly string[]): Rule[] {
  return [affinity].flat().map((text) => {
    const match = form.exec(text);
    if (!match) throw invalidArgument('affinity', `"${text}" is no affinity rule: instance==NAME or TAG!=VALUE is expected`);
    const operator = match[2]!;
    return { key: match[1]!, isNear: operator.startsWith('='), isStrict: !operator.endsWith('~'), value: match[3]! };
  });
}

/**
 * Affinity rules as the locality they come to among the account's instances. Soft rules are dropped beside strict ones.
 * @throws InvalidArgument a strict "must stand beside" that nothing matches
 */
export function affinityAsLocality(rules: readonly Rule[], instances: readonly Vm[]): CreateVm['locality'] {
  const isStrict = rules.some((rule) => rule.isStrict);
  const near = new Set<Vm['id']>();
  const far = new Set<Vm['id']>();
  for (const rule of rules.filter((each) => each.isStrict === isStrict)) {
    const isWanted = matcher(rule.value);
    const matches = instances.filter((vm) => concerns(rule, isWanted, vm));
    if (rule.isNear && isStrict && matches.length === 0)
      throw invalidArgument('affinity', `no instance matches ${rule.key}==${rule.value}`);
    for (const vm of matches) (rule.isNear ? near : far).add(vm.id);
  }
  return near.size + far.size > 0 ? { near: [...near], far: [...far], strict: isStrict } : undefined;
}

function concerns(rule: Rule, isWanted: (text: string) => boolean, vm: Vm): boolean {
  if (rule.key === 'instance' || rule.key === 'container') return isWanted(vm.id) || isWanted(vm.alias) || vm.id.slice(0, 8) === rule.value;
  const tag = vm.tags[rule.key] ?? vm.tags[`docker:label:${rule.key}`];
  return tag !== undefined && isWanted(String(tag));
}

/** Exact, or with `*`. A `/regular expression/` of a stranger could keep a process busy for ever, so none is run. */
function matcher(value: string): (text: string) => boolean {
  if (/^\/.*\/$/.test(value)) throw invalidArgument('affinity', 'regular expressions are not accepted; use * for any text');
  if (!value.includes('*')) return (text) => text === value;
  const parts = value.split('*');
  return (text) => {
    if (!text.startsWith(parts[0]!) || !text.endsWith(parts.at(-1)!)) return false;
    let from = parts[0]!.length;
    for (const part of parts.slice(1, -1)) {
      const at = text.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return text.length - parts.at(-1)!.length >= from;
  };
}
