import { getOptions, jsonOption, listOptions } from '../output/format';
import type { GroupSpec } from '../command/spec';

const filter = { name: 'FILTER', optional: true, many: true } as const;
const anyState = { long: 'all', short: 'a', help: 'Those that are not active, too.' } as const;

export const imageGroup: GroupSpec = {
  name: 'image',
  aliases: ['img'],
  summary: 'List and show images.',
  commands: [
    {
      name: 'list',
      aliases: ['ls'],
      summary: 'List images.',
      details: [
        'Filters: account, name (name=~TEXT: a part of it), os, owner, public, state, type, version, each FIELD=VALUE.',
        'Flags: I incremental, P public, X not active, + shared by you, S shared with you.',
      ],
      args: [filter],
      options: [anyState, ...listOptions],
      examples: [
        { line: 'nereid image ls', says: 'Active ones, oldest first' },
        { line: 'nereid image ls name=~base -o name,version,os', says: 'Those with base in their name' },
      ],
      load: () => import('../commands/image/list.ts'),
    },
    {
      name: 'get',
      summary: 'Show an image.',
      args: [{ name: 'IMAGE', kind: 'image' }],
      options: [anyState, ...getOptions],
      examples: [{ line: 'nereid image get nereid-base@1.0.0', says: 'By name and version' }],
      load: () => import('../commands/image/get.ts'),
    },
    {
      name: 'wait',
      summary: 'Wait until images are in a state.',
      args: [{ name: 'IMAGE', many: true, kind: 'image' }],
      options: [
        {
          long: 'states',
          short: 's',
          value: 'STATE,...',
          many: true,
          kind: ['active', 'failed', 'creating', 'unactivated', 'disabled'],
          help: 'States to wait for; active,failed unless told.',
        },
      ],
      examples: [{ line: 'nereid image wait nereid-base', says: 'Until it can be used' }],
      load: () => import('../commands/image/wait.ts'),
    },
  ],
};

export const packageGroup: GroupSpec = {
  name: 'package',
  aliases: ['pkg'],
  summary: 'List and show packages: the sizes of instances.',
  commands: [
    {
      name: 'list',
      aliases: ['ls'],
      summary: 'List packages.',
      details: ['Filters: name, memory, disk, swap, lwps, version, vcpus, group, brand, each FIELD=VALUE.'],
      args: [filter],
      options: [{ long: '', short: 'p', help: 'Sizes as exact numbers.' }, ...listOptions],
      examples: [
        { line: 'nereid package ls', says: 'By group and memory' },
        { line: 'nereid package ls -p memory=1024', says: 'Those with 1,024 MiB, in numbers' },
      ],
      load: () => import('../commands/package/list.ts'),
    },
    {
      name: 'get',
      summary: 'Show a package.',
      args: [{ name: 'PACKAGE', kind: 'package' }],
      options: getOptions,
      examples: [{ line: 'nereid package get nano', says: 'By name' }],
      load: () => import('../commands/package/get.ts'),
    },
  ],
};

export const networkGroup: GroupSpec = {
  name: 'network',
  summary: 'List and show networks.',
  commands: [
    {
      name: 'list',
      aliases: ['ls'],
      summary: 'List networks.',
      details: ['Filter: public=true or public=false.'],
      args: [filter],
      options: listOptions,
      examples: [{ line: 'nereid network ls public=true -o name,subnet', says: 'Public ones' }],
      load: () => import('../commands/network/list.ts'),
    },
    {
      name: 'get',
      summary: 'Show a network.',
      args: [{ name: 'NETWORK', kind: 'network' }],
      options: getOptions,
      examples: [{ line: 'nereid network get external', says: 'By name' }],
      load: () => import('../commands/network/get.ts'),
    },
    {
      name: 'get-default',
      summary: 'Show the network that instances get when none is named.',
      options: getOptions,
      examples: [{ line: 'nereid network get-default -o name', says: 'Its name' }],
      load: () => import('../commands/network/default.ts').then(({ getDefault: run }) => ({ run })),
    },
    {
      name: 'set-default',
      summary: 'Choose the network that instances get when none is named.',
      args: [{ name: 'NETWORK', kind: 'network' }],
      options: [jsonOption],
      examples: [{ line: 'nereid network set-default external', says: 'By name' }],
      load: () => import('../commands/network/default.ts').then(({ setDefault: run }) => ({ run })),
    },
  ],
};
