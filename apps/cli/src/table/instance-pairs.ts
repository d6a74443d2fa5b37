import { jsonOption } from '../output/format';
import type { CommandSpec, GroupSpec, OptionSpec } from '../command/spec';
import type { PairKind } from '../commands/instance/pairs';

const instance = { name: 'INST', kind: 'instance' } as const;
const waitOptions: readonly OptionSpec[] = [
  { long: 'wait', short: 'w', help: 'Wait until it is so.' },
  { long: 'wait-timeout', value: 'SECONDS', help: 'How long to wait; 120 unless told.' },
];
const quiet: OptionSpec = { long: 'quiet', short: 'q', help: 'Print nothing.' };
const file: OptionSpec = {
  long: 'file',
  short: 'f',
  value: 'FILE',
  many: true,
  kind: 'file',
  help: 'A file with a JSON object or KEY=VALUE lines; - is stdin.',
};

/** Tags and metadata are both pairs of a key and a value, and are handled alike. */
const pairs = (kind: PairKind, key: string, example: string): readonly CommandSpec[] => {
  const what = kind === 'tag' ? 'tags' : 'metadata';
  const load = (verb: 'list' | 'get' | 'set' | 'remove' | 'replaceAll') => () =>
    import('../commands/instance/pairs.ts').then((commands) => ({ run: commands[verb](kind) }));
  const change = (verb: 'set' | 'replaceAll', name: string, summary: string): CommandSpec => ({
    name,
    summary,
    details: ['Prints what it has then. true, false and numbers become such where the API keeps their kind.'],
    args: [instance, { name: 'KEY=VALUE', optional: true, many: true }],
    options: [file, ...waitOptions, jsonOption, quiet],
    examples: [{ line: `nereid instance ${kind} ${name} -w web0 ${example}`, says: 'And wait until it is so' }],
    load: load(verb),
  });
  return [
    {
      name: 'list',
      aliases: ['ls'],
      summary: `List the ${what} of an instance.`,
      args: [instance],
      options: [jsonOption],
      examples: [{ line: `nereid instance ${kind} ls web0`, says: 'As JSON' }],
      load: load('list'),
    },
    {
      name: 'get',
      summary: `Print one value of an instance's ${what}.`,
      args: [instance, { name: 'KEY' }],
      options: [jsonOption],
      examples: [{ line: `nereid instance ${kind} get web0 ${key}`, says: 'The bare value' }],
      load: load('get'),
    },
    change('set', 'set', `Set ${what} of an instance; others stay.`),
    ...(kind === 'tag' ? [change('replaceAll', 'replace-all', 'Put these tags in place of all others.')] : []),
    {
      name: 'delete',
      aliases: ['rm'],
      summary: `Remove ${what} of an instance.`,
      args: [instance, { name: 'KEY', optional: true, many: true }],
      options: [
        { long: 'all', short: 'a', help: 'All of them.' },
        ...(kind === 'metadata' ? [{ long: 'force', short: 'f', help: 'Do not ask.' }] : []),
        ...waitOptions,
      ],
      examples: [{ line: `nereid instance ${kind} rm web0 ${key}`, says: 'One of them' }],
      load: load('remove'),
    },
  ];
};

export const instanceTag: GroupSpec = {
  name: 'tag',
  summary: 'List, get, set and delete tags of instances.',
  commands: pairs('tag', 'role', 'role=web'),
};

export const instanceMetadata: GroupSpec = {
  name: 'metadata',
  summary: 'List, get, set and delete metadata of instances.',
  commands: pairs('metadata', 'rev', 'rev=7'),
};
