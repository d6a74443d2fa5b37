import { exposition } from './exposition';

describe('the exposition', () => {
  it('has counters in base units, leaves out what is unknown, and escapes labels', () => {
    const text = exposition('vm', [
      { labels: { vm: 'a', alias: 'say "hi"\\\n' }, figures: [1500, 4096] },
      { labels: { vm: 'b' }, figures: [undefined, 1] },
    ]);
    expect(text).toBe(
      [
        '# HELP nereid_vm_cpu_seconds_total CPU',
        '# TYPE nereid_vm_cpu_seconds_total counter',
        'nereid_vm_cpu_seconds_total{vm="a",alias="say \\"hi\\"\\\\\\n"} 1.5',
        '# HELP nereid_vm_memory_used_bytes memory used',
        '# TYPE nereid_vm_memory_used_bytes gauge',
        'nereid_vm_memory_used_bytes{vm="a",alias="say \\"hi\\"\\\\\\n"} 4096',
        'nereid_vm_memory_used_bytes{vm="b"} 1',
        '',
      ].join('\n'),
    );
    expect(exposition('server', [])).toBe('');
  });
});
