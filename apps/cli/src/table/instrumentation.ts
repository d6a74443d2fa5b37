import { getOptions, jsonOption, listOptions } from '../output/format';
import type { GroupSpec } from '../command/spec';

const instr = { name: 'INSTRUMENTATION' } as const;

export const instrumentationGroup: GroupSpec = {
  name: 'instrumentation',
  aliases: ['instr'],
  summary: 'Measure what your instances do, while they do it.',
  commands: [
    {
      name: 'metrics',
      summary: 'List what can be measured.',
      options: listOptions,
      examples: [{ line: 'nereid instrumentation metrics', says: 'Metrics, and the fields to tell events apart by' }],
      load: () => import('../commands/instrumentation/metrics.ts'),
    },
    {
      name: 'list',
      aliases: ['ls'],
      summary: 'List what is measured.',
      options: listOptions,
      examples: [{ line: 'nereid instrumentation ls', says: 'Oldest first' }],
      load: () => import('../commands/instrumentation/list.ts'),
    },
    {
      name: 'get',
      summary: 'Show an instrumentation.',
      args: [instr],
      options: getOptions,
      examples: [{ line: 'nereid instrumentation get 8eae8c39', says: 'By the beginning of its id' }],
      load: () => import('../commands/instrumentation/get.ts'),
    },
    {
      name: 'create',
      summary: 'Begin to measure something in all instances of the account.',
      details: [
        'Predicates are JSON: {"eq": ["execname", "nginx"]}; eq, ne, lt, le, gt, ge take a field and a value, and and or take a list of predicates.',
        'It ends by itself when nobody has read its values for a while.',
      ],
      args: [{ name: 'MODULE.STAT' }],
      options: [
        {
          long: 'decomposition',
          short: 'd',
          value: 'FIELD,...',
          many: true,
          help: 'Tell events apart by these: one discrete field, one numeric.',
        },
        { long: 'predicate', short: 'p', value: 'JSON', help: 'Only those events.' },
        { long: 'idle-max', value: 'SECONDS', help: 'End it when nobody reads it for so long; 600 unless told.' },
        jsonOption,
      ],
      examples: [
        {
          line: 'nereid instrumentation create syscall.syscalls -d execname,latency',
          says: 'System calls by program, and how long they take',
        },
      ],
      load: () => import('../commands/instrumentation/create.ts'),
    },
    {
      name: 'value',
      summary: 'Show what was measured, the largest first.',
      details: ['Latencies are the values below which half, 90 % and 99 % of the events lie, and the end of the highest range.'],
      args: [instr],
      options: [
        { long: 'seconds', short: 'n', value: 'SECONDS', help: 'The last so many, added up; 10 unless told, 600 at most.' },
        ...listOptions,
      ],
      examples: [{ line: 'nereid instrumentation value -n 60 8eae8c39', says: 'Of the last minute' }],
      load: () => import('../commands/instrumentation/value.ts'),
    },
    {
      name: 'watch',
      summary: 'Show what is being measured, second by second.',
      details: [
        'At a terminal: a heat map where values are told apart by a numeric field, else the last seconds of the busiest keys. Elsewhere a line a second. Until Ctrl-C.',
      ],
      args: [instr],
      options: [{ ...jsonOption, help: 'Each second in one line.' }],
      examples: [{ line: 'nereid instrumentation watch 8eae8c39', says: 'As it happens' }],
      load: () => import('../commands/instrumentation/watch.ts'),
    },
    {
      name: 'delete',
      aliases: ['rm'],
      summary: 'End instrumentations.',
      args: [{ ...instr, many: true }],
      examples: [{ line: 'nereid instrumentation rm 8eae8c39', says: 'By the beginning of its id' }],
      load: () => import('../commands/instrumentation/delete.ts'),
    },
  ],
};
