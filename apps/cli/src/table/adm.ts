import { getOptions, listOptions } from '../output/format';
import type { ArgumentSpec, CommandSpec, GroupSpec } from '../command/spec';

const filter: ArgumentSpec = { name: 'FILTER', optional: true, many: true };
const force = { long: 'force', short: 'f', help: 'Do not ask.' } as const;

const ls = (what: string, load: CommandSpec['load'], details?: string, line = `nereid adm ${what} ls`): CommandSpec => ({
  name: 'list',
  aliases: ['ls'],
  summary: `List ${what}s.`,
  ...(details !== undefined && { details: [details], args: [filter] }),
  options: listOptions,
  examples: [{ line, says: 'All that match' }],
  load,
});

const get = (what: string, example: string, load: CommandSpec['load']): CommandSpec => ({
  name: 'get',
  summary: `Show one ${what}, by name or id.`,
  args: [{ name: what.toUpperCase() }],
  options: getOptions,
  examples: [{ line: `nereid adm ${what} get ${example}`, says: 'All that is known of it' }],
  load,
});

const servers: GroupSpec = {
  name: 'server',
  summary: 'Servers: what they have, and whether anything new goes there.',
  commands: [
    ls(
      'server',
      () => import('../commands/adm/servers.ts').then(({ list: run }) => ({ run })),
      'Filters: state, driver, each FIELD=VALUE.',
    ),
    get('server', 'node0', () => import('../commands/adm/servers.ts').then(({ get: run }) => ({ run }))),
    ...([true, false] as const).map((isReserved): CommandSpec => {
      const name = isReserved ? 'reserve' : 'release';
      return {
        name,
        summary: isReserved ? 'Place nothing new on servers.' : 'Place on servers again.',
        args: [{ name: 'SERVER', many: true }],
        examples: [{ line: `nereid adm server ${name} node0`, says: 'What is there stays' }],
        load: () => import('../commands/adm/servers.ts').then(({ reserve }) => ({ run: reserve(isReserved) })),
      };
    }),
  ],
};

const jobs: GroupSpec = {
  name: 'job',
  summary: 'Jobs: what is being done to instances, step by step.',
  commands: [
    {
      ...ls(
        'job',
        () => import('../commands/adm/jobs.ts').then(({ list: run }) => ({ run })),
        'Filters: vm_uuid, execution, name, each FIELD=VALUE.',
      ),
      options: [{ long: 'limit', value: 'N', help: 'How many, newest first; 100 unless told.' }, ...listOptions],
      examples: [{ line: 'nereid adm job ls execution=failed,stuck', says: 'Those that want somebody' }],
    },
    {
      ...get('job', '0197a3c2', () => import('../commands/adm/jobs.ts').then(({ get: run }) => ({ run }))),
      summary: 'Show one job with its steps and how long they took.',
    },
    ...(['cancel', 'retry'] as const).map((verb): CommandSpec => ({
      name: verb,
      summary: verb === 'cancel' ? 'Stop jobs and undo what they began.' : 'Try again what jobs could not do.',
      args: [{ name: 'JOB', many: true }],
      examples: [{ line: `nereid adm job ${verb} 0197a3c2`, says: 'By the beginning of its id' }],
      load: () => import('../commands/adm/jobs.ts').then(({ act }) => ({ run: act(verb) })),
    })),
  ],
};

const images: GroupSpec = {
  name: 'image',
  summary: 'Images of every account.',
  commands: [
    {
      ...ls(
        'image',
        () => import('../commands/adm/catalogue.ts').then(({ listImages: run }) => ({ run })),
        'Filters: name, version, os, type, owner, public, state.',
      ),
      options: [{ long: 'all', short: 'a', help: 'Those that are not active, too.' }, ...listOptions],
    },
    get('image', 'nereid-base@1.0.0', () => import('../commands/adm/catalogue.ts').then(({ getImage: run }) => ({ run }))),
    {
      name: 'delete',
      aliases: ['rm'],
      summary: 'Delete an image and its file.',
      args: [{ name: 'IMAGE' }],
      options: [force],
      examples: [{ line: 'nereid adm image rm old@1.0.0', says: 'After a question' }],
      load: () => import('../commands/adm/catalogue.ts').then(({ deleteImage: run }) => ({ run })),
    },
  ],
};

const networks: GroupSpec = {
  name: 'network',
  summary: 'Networks and their addresses.',
  commands: [
    ls('network', () => import('../commands/adm/catalogue.ts').then(({ listNetworks: run }) => ({ run }))),
    get('network', 'external', () => import('../commands/adm/catalogue.ts').then(({ getNetwork: run }) => ({ run }))),
    {
      name: 'ips',
      summary: 'List the addresses of a network that are taken or kept back.',
      args: [{ name: 'NETWORK' }],
      options: listOptions,
      examples: [{ line: 'nereid adm network ips external', says: 'Ascending' }],
      load: () => import('../commands/adm/catalogue.ts').then(({ listIps: run }) => ({ run })),
    },
  ],
};

const accounts: GroupSpec = {
  name: 'account',
  summary: "Customers' accounts.",
  commands: [
    ls('account', () => import('../commands/adm/accounts.ts').then(({ list: run }) => ({ run }))),
    get('account', 'demo', () => import('../commands/adm/accounts.ts').then(({ get: run }) => ({ run }))),
    {
      name: 'usage',
      summary: 'Show what an account uses, and its limits.',
      args: [{ name: 'ACCOUNT' }],
      options: getOptions,
      examples: [{ line: 'nereid adm account usage demo', says: 'Instances, memory, disk' }],
      load: () => import('../commands/adm/accounts.ts').then(({ usage: run }) => ({ run })),
    },
    {
      name: 'create',
      summary: 'Make an account.',
      args: [{ name: 'LOGIN' }, { name: 'EMAIL' }],
      options: [
        { long: 'key', short: 'k', value: 'FILE', kind: 'file', help: 'Its first SSH key, a .pub file.' },
        { long: 'unapproved', help: 'It may not make instances yet.' },
      ],
      examples: [{ line: 'nereid adm account create acme ops@example.com -k acme.pub', says: 'With a key' }],
      load: () => import('../commands/adm/accounts.ts').then(({ create: run }) => ({ run })),
    },
  ],
};

/** What operators do, over the operators' API. */
export const admGroup: GroupSpec = {
  name: 'adm',
  summary: "The operators' side: servers, jobs, images, networks, accounts.",
  commands: [
    {
      name: 'login',
      summary: 'Sign in as an operator.',
      details: ['The session is kept in operator.json beside the profiles, readable by you alone.'],
      args: [{ name: 'URL' }],
      options: [
        { long: 'login', short: 'l', value: 'LOGIN', help: 'Who to be; admin unless told.' },
        { long: 'password-file', value: 'FILE', kind: 'file', help: 'A file with the password instead of a question; - is stdin.' },
      ],
      examples: [{ line: 'nereid adm login https://admin.example.com', says: 'Asks for the password' }],
      load: () => import('../commands/adm/session.ts').then(({ login: run }) => ({ run })),
    },
    {
      name: 'logout',
      summary: 'End the session.',
      examples: [{ line: 'nereid adm logout', says: 'Here and at the door' }],
      load: () => import('../commands/adm/session.ts').then(({ logout: run }) => ({ run })),
    },
    servers,
    jobs,
    images,
    networks,
    accounts,
  ],
};
