// No zod here: browsers take this file (see light.ts).

/**
 * Processes as keys: the number by which the instance itself knows one, and the program's name beside it, since numbers mean little to people
 * and are used again. A frame says it of one instance; elsewhere the instance stands before it, as every instance has a process 1.
 */
export function processText(pid: string | number, program: string): string {
  return `${pid} ${program}`;
}

export function processKey(vm: string, text: string): string {
  return `${vm}/${text}`;
}

/** What a key of {@link processKey} is made of; undefined of what is none. */
export function processOf(key: string): { vm: string; pid: string; program: string } | undefined {
  const [, vm, pid, program] = /^([0-9a-f-]{36})\/(\d+) (.*)$/s.exec(key) ?? [];
  return vm === undefined || pid === undefined || program === undefined ? undefined : { vm, pid, program };
}
