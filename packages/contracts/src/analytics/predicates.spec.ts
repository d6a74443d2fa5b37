import { Predicate, fieldsOf, holds, settle, type EventFields } from './predicates';

describe('predicates', () => {
  it.each([
    {},
    { eq: ['execname', 'sh'] },
    { ge: ['latency', 1000] },
    { and: [{ ne: ['syscall', 'read'] }, { or: [{ lt: ['latency', 5] }, { gt: ['latency', 50] }] }] },
  ])('accepts %j', (wanted) => {
    expect(Predicate.parse(wanted)).toEqual(wanted);
  });

  it.each([
    ['x', 'must be an object'],
    [[], 'must be an object'],
    [{ eq: ['execname', 'a'], ne: ['execname', 'b'] }, 'one key, not 2'],
    [{ like: ['execname', 'a'] }, 'no relation'],
    [{ eq: ['execname'] }, '[field, constant]'],
    [{ eq: ['nothing', 'a'] }, 'no field nothing'],
    [{ eq: ['constructor', 'a'] }, 'no field constructor'],
    [{ eq: ['latency', '5'] }, 'whole number'],
    [{ eq: ['latency', 1.5] }, 'whole number'],
    [{ lt: ['execname', 'a'] }, 'only be compared by eq and ne'],
    [{ and: [{ eq: ['execname', 'a'] }] }, 'at least two'],
    [{ or: [{}, {}] }, 'must have a key'],
    // What would be more than a name to the compiler of a tracing program.
    [{ eq: ['execname', 'a" || 1 == 1 || comm == "b'] }, 'cannot be that'],
    [{ eq: ['execname', 'a\\'] }, 'cannot be that'],
    [{ eq: ['zonename', 'all'] }, 'cannot be that'],
  ])('refuses %j', (wanted, complaint) => {
    expect(Predicate.safeParse(wanted).error?.issues[0]?.message).toContain(complaint);
  });

  it('bounds depth and number of comparisons', () => {
    let deep: unknown = { eq: ['execname', 'a'] };
    for (let n = 0; n < 10; n++) deep = { and: [deep, { eq: ['execname', 'a'] }] };
    expect(Predicate.safeParse(deep).success).toBe(false);
    expect(Predicate.safeParse({ or: Array.from({ length: 65 }, () => ({ eq: ['execname', 'a'] })) }).success).toBe(false);
  });

  it('settled by what is known is the same predicate', () => {
    const names = ['sh', 'cat'];
    const servers = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
    const leaves: Predicate[] = [
      ...servers.map((id) => ({ eq: ['hostname', id] as const })),
      { ne: ['hostname', servers[0]!] },
      ...names.map((name) => ({ eq: ['execname', name] as const })),
      { ge: ['latency', 100] },
    ];
    for (const a of leaves) {
      for (const b of leaves) {
        for (const predicate of [
          a,
          { and: [a, b] },
          { or: [a, b] },
          { or: [{ and: [a, b] }, { eq: ['execname', 'cat'] }] },
        ] as Predicate[]) {
          for (const hostname of servers) {
            const settled = settle(predicate, { hostname });
            if (typeof settled !== 'boolean') expect(fieldsOf(settled)).not.toContain('hostname');
            for (const execname of names) {
              for (const latency of [1, 100]) {
                const event: EventFields = { hostname, execname, latency };
                expect(typeof settled === 'boolean' ? settled : holds(settled, event)).toBe(holds(predicate, event));
              }
            }
          }
        }
      }
    }
  });
});
