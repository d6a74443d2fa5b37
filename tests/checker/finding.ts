/** The invariants of docs/architecture.md, by number. */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I7' | 'I8';

/** Something that is there and must not be, or is there twice, or is missing. */
export interface Finding {
  readonly invariant: Invariant;
  /** dataset, container, namespace, link, rule, cgroup, address, nic, reservation, counter, job, instance … */
  readonly kind: string;
  /** Its own name: what an operator would look for. */
  readonly name: string;
  readonly why: string;
}

/** One line a finding, for a failing test's message. */
export function describeFindings(findings: readonly Finding[]): string {
  return findings.map((f) => `${f.invariant} ${f.kind} ${f.name}: ${f.why}`).join('\n');
}
