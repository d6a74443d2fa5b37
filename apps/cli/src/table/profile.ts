import { jsonOption, listOptions } from '../output/format';
import type { CommandSpec, GroupSpec } from '../command/spec';

export const profileGroup: GroupSpec = {
  name: 'profile',
  summary: 'List, show, make and choose profiles: who to be, and where.',
  commands: [
    {
      name: 'list',
      aliases: ['ls'],
      summary: 'List profiles.',
      options: listOptions,
      examples: [{ line: 'nereid profile ls', says: 'The one in use has a *' }],
      load: () => import('../commands/profile/list.ts'),
    },
    {
      name: 'get',
      summary: 'Show a profile.',
      args: [{ name: 'NAME', optional: true, kind: 'profile' }],
      options: [jsonOption],
      examples: [{ line: 'nereid profile get', says: 'The one in use' }],
      load: () => import('../commands/profile/get.ts'),
    },
    {
      name: 'set-current',
      aliases: ['set'],
      summary: 'Choose the profile to use.',
      args: [{ name: 'NAME', kind: 'profile' }],
      examples: [
        { line: 'nereid profile set-current east', says: 'From now on' },
        { line: 'nereid profile set-current -', says: 'The one before' },
      ],
      load: () => import('../commands/profile/set-current.ts'),
    },
    {
      name: 'create',
      summary: 'Make a profile, by questions or from a file.',
      options: [
        { long: 'file', short: 'f', value: 'FILE', kind: 'file', help: 'A JSON object with name, url, account, keyId; - is stdin.' },
        { long: 'copy', value: 'NAME', kind: 'profile', help: 'Offer the values of another profile.' },
        { long: 'yes', short: 'y', help: 'Do not ask whether it is right.' },
        { long: 'no-docker', help: 'Accepted for scripts written for the triton command.', hidden: true },
      ],
      examples: [
        { line: 'nereid profile create', says: 'By questions' },
        { line: 'nereid profile create -f east.json', says: 'From a file' },
      ],
      load: () => import('../commands/profile/create.ts'),
    },
    {
      name: 'delete',
      aliases: ['rm'],
      summary: 'Delete a profile.',
      args: [{ name: 'NAME', kind: 'profile' }],
      options: [{ long: 'force', short: 'f', help: 'Do not ask; also the one in use.' }],
      examples: [{ line: 'nereid profile rm east', says: 'After a question' }],
      load: () => import('../commands/profile/delete.ts'),
    },
  ],
};

export const shellCommands: readonly CommandSpec[] = [
  {
    name: 'env',
    summary: 'Print shell commands that choose a profile.',
    args: [{ name: 'PROFILE', optional: true, kind: 'profile' }],
    options: [
      { long: 'triton', short: 't', help: 'For nereid and triton.' },
      { long: 'docker', short: 'd', help: 'For docker.' },
      { long: 'smartdc', short: 's', help: 'For the older smartdc tools.' },
      { long: 'unset', short: 'u', help: 'Take the variables away again.' },
    ],
    examples: [{ line: 'eval "$(nereid env east)"', says: 'In this shell' }],
    load: () => import('../commands/env.ts'),
  },
  {
    name: 'completion',
    summary: 'Print the completion of a shell.',
    args: [{ name: 'SHELL', optional: true, kind: ['bash', 'zsh', 'fish'] }],
    examples: [
      { line: 'source <(nereid completion bash)', says: 'In ~/.bashrc; zsh alike' },
      { line: 'nereid completion fish | source', says: 'In config.fish' },
    ],
    load: () => import('../commands/completion.ts'),
  },
  {
    name: 'doctor',
    summary: 'Find out why it does not work, and what to do.',
    options: [jsonOption],
    examples: [{ line: 'nereid doctor', says: 'Profile, address, certificate, clock, key, account' }],
    load: () => import('../commands/doctor.ts'),
  },
  {
    name: '__complete',
    summary: 'Print what could stand at the last of these words: for completion of shells.',
    hidden: true,
    args: [{ name: 'WORD', optional: true, many: true }],
    passThrough: true,
    examples: [{ line: 'nereid __complete -- instance g', says: 'One candidate a line' }],
    load: () => import('../commands/complete.ts'),
  },
];
