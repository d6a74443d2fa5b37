import { getOptions, jsonOption, listOptions } from '../output/format';
import type { CommandSpec, GroupSpec } from '../command/spec';

const force = { long: 'force', short: 'f', help: 'Do not ask.' } as const;

export const accountGroup: GroupSpec = {
  name: 'account',
  summary: 'Show and update the account.',
  commands: [
    {
      name: 'get',
      summary: 'Show the account.',
      options: getOptions,
      examples: [{ line: 'nereid account get', says: 'A line a field' }],
      load: () => import('../commands/account/get.ts'),
    },
    {
      name: 'update',
      summary: "Change the account's fields.",
      details: ['Fields: address, city, companyName, country, email, firstName, lastName, phone, postalCode, state, triton_cns_enabled.'],
      args: [{ name: 'FIELD=VALUE', optional: true, many: true }],
      options: [{ long: 'file', short: 'f', value: 'FILE', kind: 'file', help: 'A file with a JSON object; - is stdin.' }],
      examples: [{ line: 'nereid account update phone=555-0100 city=Bergen', says: 'Two of them' }],
      load: () => import('../commands/account/update.ts'),
    },
  ],
};

export const keyGroup: GroupSpec = {
  name: 'key',
  summary: 'List and manage the SSH keys of the account.',
  commands: [
    {
      name: 'list',
      aliases: ['ls'],
      summary: 'List SSH keys.',
      options: [{ long: 'authorized-keys', short: 'A', help: 'As lines of an authorized_keys file.' }, ...listOptions],
      examples: [{ line: 'nereid key ls', says: 'Fingerprints and names' }],
      load: () => import('../commands/key/list.ts'),
    },
    {
      name: 'get',
      summary: 'Print an SSH key.',
      args: [{ name: 'KEY', kind: 'key' }],
      options: [jsonOption],
      examples: [{ line: 'nereid key get laptop', says: 'By name or fingerprint' }],
      load: () => import('../commands/key/get.ts'),
    },
    {
      name: 'add',
      summary: 'Add an SSH key.',
      args: [{ name: 'FILE', kind: 'file' }],
      options: [{ long: 'name', short: 'n', value: 'NAME', help: 'Its name; the fingerprint unless told.' }],
      examples: [
        { line: 'nereid key add -n laptop ~/.ssh/id_ed25519.pub', says: 'From a file' },
        { line: 'ssh-add -L | nereid key add -', says: 'From stdin' },
      ],
      load: () => import('../commands/key/add.ts'),
    },
    {
      name: 'delete',
      aliases: ['rm'],
      summary: 'Remove SSH keys.',
      args: [{ name: 'KEY', many: true, kind: 'key' }],
      options: [force, { long: 'yes', short: 'y', help: 'Do not ask.', hidden: true }],
      examples: [{ line: 'nereid key rm laptop', says: 'After a question' }],
      load: () => import('../commands/key/delete.ts'),
    },
  ],
};

export const otherCommands: readonly CommandSpec[] = [
  {
    name: 'info',
    summary: 'Show who you are here and what you use.',
    options: [jsonOption],
    examples: [{ line: 'nereid info', says: 'In short' }],
    load: () => import('../commands/info.ts'),
  },
  {
    name: 'datacenters',
    summary: 'List the datacenters of this cloud.',
    options: listOptions,
    examples: [{ line: 'nereid datacenters', says: 'Names and URLs' }],
    load: () => import('../commands/endpoints.ts').then(({ datacenters: run }) => ({ run })),
  },
  {
    name: 'services',
    summary: 'List the other services of this datacenter.',
    options: listOptions,
    examples: [{ line: 'nereid services', says: 'Names and endpoints' }],
    load: () => import('../commands/endpoints.ts').then(({ services: run }) => ({ run })),
  },
  {
    name: 'cloudapi',
    summary: 'Send a signed request as it is.',
    hidden: true,
    args: [{ name: 'PATH' }],
    options: [
      { long: 'method', short: 'X', value: 'METHOD', help: 'GET, or PUT with -d, unless told.' },
      { long: 'header', short: 'H', value: 'NAME: VALUE', many: true, help: 'A header more.' },
      { long: 'data', short: 'd', value: 'JSON', help: 'The body.' },
      { long: 'include', short: 'i', help: 'Status and headers to stderr.' },
    ],
    examples: [{ line: 'nereid cloudapi /my/machines', says: 'What the API answers' }],
    load: () => import('../commands/cloudapi.ts'),
  },
];
