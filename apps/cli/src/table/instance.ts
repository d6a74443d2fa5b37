import { getOptions, jsonOption, listOptions } from '../output/format';
import type { ArgumentSpec, CommandSpec, GroupSpec, OptionSpec } from '../command/spec';
import { instanceMetadata, instanceTag } from './instance-pairs';

export const inst: ArgumentSpec = { name: 'INST', kind: 'instance' };
const insts: ArgumentSpec = { ...inst, many: true };
export const wait: OptionSpec = { long: 'wait', short: 'w', many: true, help: 'Wait until it is done.' };
/** Of what is done by a job. */
const waitForJob: OptionSpec = { ...wait, help: 'Wait until it is done, and show the steps.' };
export const waitTimeout: OptionSpec = {
  long: 'wait-timeout',
  value: 'SECONDS',
  help: 'How long to wait; 120 unless told. Exit status 4 when it was too long.',
};
const states = ['provisioning', 'running', 'stopping', 'stopped', 'deleted', 'failed', 'offline', 'unknown'];

export const listInstances: CommandSpec = {
  name: 'list',
  aliases: ['ls'],
  summary: 'List instances.',
  details: [
    'Filters: brand, docker, image, memory, name, state, type and tag.NAME, each FIELD=VALUE.',
    'Fields are those of the API, and: shortid, img (name@version of the image), age, flags (B bhyve, D docker, F firewall, K kvm, P deletion protected).',
  ],
  args: [{ name: 'FILTER', optional: true, many: true }],
  options: [{ long: 'credentials', help: 'Include generated credentials, in metadata.credentials.' }, ...listOptions],
  examples: [
    { line: 'nereid instance ls', says: 'All of them' },
    { line: 'nereid instance ls -Ho id state=running', says: 'Ids of those that run' },
    { line: 'nereid instance ls tag.role=web -o yaml', says: 'Those with a tag, whole' },
  ],
  load: () => import('../commands/instance/list.ts'),
};

const getInstance: CommandSpec = {
  name: 'get',
  summary: 'Show an instance.',
  details: ['An instance that was deleted is shown as it was, and the exit status is 3.'],
  args: [inst],
  options: [{ long: 'credentials', help: 'Include generated credentials, in metadata.credentials.' }, ...getOptions],
  examples: [
    { line: 'nereid instance get web0', says: 'By name' },
    { line: 'nereid instance get 8eae8c39 -j', says: 'By the beginning of its id, in one line' },
  ],
  load: () => import('../commands/instance/get.ts'),
};

export const createInstance: CommandSpec = {
  name: 'create',
  summary: 'Make an instance.',
  details: [
    'Tags and metadata: K=V, a JSON object, or @FILE with either. Values that look like numbers or booleans become such.',
    'A NIC: --nic ipv4_uuid=NETWORK-UUID,ipv4_ips=ADDRESS; not together with -N.',
  ],
  args: [
    { name: 'IMAGE', kind: 'image' },
    { name: 'PACKAGE', kind: 'package' },
  ],
  options: [
    { long: 'name', short: 'n', value: 'NAME', help: 'Its name; one is made when absent.' },
    {
      long: 'brand',
      short: 'b',
      value: 'BRAND',
      kind: ['lx', 'joyent', 'joyent-minimal', 'bhyve', 'kvm'],
      help: 'Brand, where the image leaves a choice.',
    },
    {
      long: 'network',
      short: 'N',
      value: 'NETWORK,...',
      many: true,
      kind: 'network',
      help: 'Networks of its NICs, by name or id, in order.',
    },
    { long: 'nic', value: 'FIELD=VALUE,...', many: true, help: 'One NIC in detail.' },
    { long: 'tag', short: 't', value: 'TAG=VALUE', many: true, help: 'A tag.' },
    { long: 'metadata', short: 'm', value: 'KEY=VALUE', many: true, help: 'A key of its metadata.' },
    { long: 'metadata-file', short: 'M', value: 'KEY=FILE', many: true, kind: 'file', help: 'A key whose value is in a file.' },
    { long: 'script', value: 'FILE', kind: 'file', help: 'A script that runs at each boot: metadata user-script.' },
    { long: 'cloud-config', value: 'FILE', kind: 'file', help: 'For cloud-init: metadata cloud-init:user-data.' },
    {
      long: 'affinity',
      short: 'a',
      value: 'RULE',
      many: true,
      help: 'Where it should be: instance==NAME, instance!=NAME, and ==~ or !=~ if it may be otherwise.',
    },
    { long: 'firewall', help: 'Turn its firewall on.' },
    { long: 'deletion-protection', help: 'Refuse to delete it until that is turned off.' },
    { long: 'delegate-dataset', help: 'Give it a dataset of its own.' },
    { long: 'encrypted', help: 'Only where storage is encrypted.' },
    { long: 'allow-shared-images', help: 'Allow an image that another account shares.' },
    { long: 'volume', short: 'v', value: 'NAME[:PATH[:ro|rw]]', many: true, help: 'Mount a volume.' },
    { long: 'disk', value: 'JSON|@FILE', many: true, help: 'Disks of a package whose disks can be chosen.' },
    { long: 'explain', help: 'Say what would be asked and what it takes, and make nothing.' },
    { long: 'dry-run', help: 'Look everything up, and make nothing.' },
    { ...wait, help: 'Wait until it runs, and show the steps.' },
    waitTimeout,
    jsonOption,
  ],
  examples: [
    { line: 'nereid instance create -w -n web0 nereid-base nano', says: 'Make one and wait until it runs' },
    { line: 'nereid create -n db0 -N external -t role=db -m rev=7 nereid-base small', says: 'With a network, a tag and metadata' },
    { line: 'nereid create --explain nereid-base small', says: 'What it would take' },
  ],
  load: () => import('../commands/instance/create.ts'),
};

const power = (name: 'start' | 'stop' | 'reboot', summary: string): CommandSpec => ({
  name,
  summary,
  args: [insts],
  options: [waitForJob, waitTimeout],
  examples: [
    { line: `nereid instance ${name} web0`, says: 'Ask for it' },
    { line: `nereid instance ${name} -w web0 web1`, says: 'Two, and wait' },
  ],
  load: () => import('../commands/instance/power.ts').then(({ powerCommand }) => ({ run: powerCommand(name) })),
});
export const startInstance = power('start', 'Start instances.');
export const stopInstance = power('stop', 'Stop instances.');
export const rebootInstance = power('reboot', 'Reboot instances.');

export const deleteInstance: CommandSpec = {
  name: 'delete',
  aliases: ['rm'],
  summary: 'Delete instances and their data.',
  args: [insts],
  options: [waitForJob, waitTimeout, { long: 'force', short: 'f', help: 'Do not ask.' }],
  examples: [
    { line: 'nereid instance rm web0', says: 'After a question' },
    { line: 'nereid instance rm -f -w web0 web1', says: 'Without one, and wait until they are gone' },
  ],
  load: () => import('../commands/instance/delete.ts'),
};

const rename: CommandSpec = {
  name: 'rename',
  summary: 'Give an instance another name.',
  args: [inst, { name: 'NAME' }],
  options: [wait, waitTimeout],
  examples: [{ line: 'nereid instance rename -w web0 www', says: 'web0 becomes www' }],
  load: () => import('../commands/instance/change.ts').then(({ rename: run }) => ({ run })),
};

const resize: CommandSpec = {
  name: 'resize',
  summary: 'Give a running or stopped instance another package, without a restart.',
  args: [inst, { name: 'PACKAGE', kind: 'package' }],
  options: [waitForJob, waitTimeout],
  examples: [{ line: 'nereid instance resize -w web0 small', says: 'The sizes of small, and wait until they hold' }],
  load: () => import('../commands/instance/change.ts').then(({ resize: run }) => ({ run })),
};

const toggle = (name: string, summary: string, action: 'enable' | 'disable', what: 'firewall' | 'deletion_protection'): CommandSpec => ({
  name,
  summary,
  args: [insts],
  options: [wait],
  examples: [{ line: `nereid instance ${name} -w web0`, says: 'And wait until it is so' }],
  load: () => import('../commands/instance/change.ts').then((change) => ({ run: change.toggle(action, what) })),
});

export const instanceIp: CommandSpec = {
  name: 'ip',
  summary: "Print an instance's primary address.",
  args: [inst],
  examples: [{ line: 'ping $(nereid ip web0)', says: 'Use it' }],
  load: () => import('../commands/instance/ip.ts'),
};

const noProxy: OptionSpec = { long: 'no-proxy', help: 'Do not go through the instance that tag tritoncli.ssh.proxy names.' };

export const sshInstance: CommandSpec = {
  name: 'ssh',
  summary: 'Log in to an instance by ssh.',
  details: [
    'Tags of the instance: tritoncli.ssh.ip, tritoncli.ssh.port, tritoncli.ssh.proxy, tritoncli.ssh.proxyuser. The user is root, or what tag default_user of the image says.',
    'The exit status is that of ssh.',
  ],
  args: [
    { ...inst, name: '[USER@]INST' },
    { name: 'SSH-ARG', optional: true, many: true },
  ],
  passThrough: true,
  options: [noProxy],
  examples: [
    { line: 'nereid ssh web0', says: 'A shell' },
    { line: 'nereid ssh admin@web0 uptime', says: 'As somebody, one command' },
  ],
  load: () => import('../commands/instance/ssh.ts'),
};

export const changefeed: CommandSpec = {
  name: 'changefeed',
  summary: 'Show changes of instances as they happen.',
  details: [
    'Until Ctrl-C. A change is one of: alias, customer_metadata, destroyed, nics, owner_uuid, server_uuid, state, tags.',
    'When the connection breaks it is made again; what changed in between is not shown.',
  ],
  options: [
    { long: 'instances', value: 'INST,...', many: true, kind: 'instance', help: 'These only; all of the account unless told.' },
    { ...jsonOption, help: 'Each change as it comes, in one line.' },
  ],
  examples: [
    { line: 'nereid changefeed', says: 'Everything that changes' },
    { line: 'nereid changefeed -j --instances web0,web1', says: 'Of two, to be read by a program' },
  ],
  load: () => import('../commands/changefeed.ts'),
};

export const consoleInstance: CommandSpec = {
  name: 'console',
  summary: "Sit at an instance's console.",
  details: [
    'One person types, any number watch; what was written last is shown first. At the beginning of a line ~. leaves, ~? explains, ~~ sends one ~. The console goes on without you.',
    'The exit status is 0 when you left or the instance stopped, 5 when somebody else types, 1 when the connection was lost or nothing happened for 15 minutes.',
  ],
  args: [inst],
  options: [
    { long: 'read-only', short: 'r', help: 'Watch; Ctrl-C leaves. Wants no terminal.' },
    { long: 'escape', short: 'e', value: 'CHARACTER', help: 'Instead of ~; none turns it off.' },
  ],
  examples: [
    { line: 'nereid instance console web0', says: 'Sit down; Enter and ~. to leave' },
    { line: 'nereid instance console --read-only web0', says: 'Look over the shoulder of whoever types' },
  ],
  load: () => import('../commands/instance/console.ts'),
};

const execInstance: CommandSpec = {
  name: 'exec',
  summary: 'Run a command in an instance and end with its exit status.',
  details: [
    'As root, by the cloud itself: without ssh, an address or a key in the instance. Every word reaches the program as it is, without a shell in between taking it apart. Input, output and errors are those of the command here; signals are passed on.',
    'The exit status is that of the program, 128 and more when a signal ended it, 127 when it could not be started.',
  ],
  args: [inst, { name: 'COMMAND', many: true }],
  passThrough: true,
  options: [
    { long: 'tty', short: 't', help: 'With a terminal.' },
    { long: 'no-input', short: 'n', help: 'Give it no input.' },
  ],
  examples: [
    { line: 'nereid instance exec web0 ls "/var/my logs"', says: 'Arguments stay whole' },
    { line: 'nereid instance exec -t web0 top', says: 'A program that wants a terminal' },
  ],
  load: () => import('../commands/instance/exec.ts'),
};

const waitInstance: CommandSpec = {
  name: 'wait',
  summary: 'Wait until instances are in a state.',
  details: ['The exit status is 0 also when that state is failed.'],
  args: [insts],
  options: [
    { long: 'states', short: 's', value: 'STATE,...', many: true, kind: states, help: 'States to wait for; running,failed unless told.' },
    waitTimeout,
  ],
  examples: [
    { line: 'nereid instance wait web0', says: 'Until it runs or has failed' },
    { line: 'nereid instance wait -s stopped web0 web1', says: 'Until both are stopped' },
  ],
  load: () => import('../commands/instance/wait.ts'),
};

const audit: CommandSpec = {
  name: 'audit',
  summary: 'List what was done to an instance.',
  args: [inst],
  options: listOptions,
  examples: [
    { line: 'nereid instance audit web0', says: 'Oldest first' },
    { line: 'nereid instance audit -s -time -o time,action,caller.ip web0', says: 'Newest first, and from where' },
  ],
  load: () => import('../commands/instance/audit.ts'),
};

export const instanceGroup: GroupSpec = {
  name: 'instance',
  aliases: ['inst'],
  summary: 'List and manage instances.',
  commands: [
    listInstances,
    getInstance,
    createInstance,
    startInstance,
    stopInstance,
    rebootInstance,
    deleteInstance,
    rename,
    resize,
    toggle('enable-firewall', 'Turn the firewall of instances on.', 'enable', 'firewall'),
    toggle('disable-firewall', 'Turn the firewall of instances off.', 'disable', 'firewall'),
    toggle('enable-deletion-protection', 'Refuse to delete instances.', 'enable', 'deletion_protection'),
    toggle('disable-deletion-protection', 'Allow to delete instances again.', 'disable', 'deletion_protection'),
    instanceIp,
    sshInstance,
    consoleInstance,
    execInstance,
    waitInstance,
    audit,
    instanceTag,
    instanceMetadata,
  ],
};
