import { shortcut, type CommandSpec, type Entry, type GroupSpec, type OptionSpec } from '../command/spec';
import { admGroup } from './adm';
import { accountGroup, keyGroup, otherCommands } from './account';
import { imageGroup, networkGroup, packageGroup } from './catalogue';
import * as instance from './instance';
import { instrumentationGroup } from './instrumentation';
import { profileGroup, shellCommands } from './profile';

/** Options that stand before the command. */
export const globalOptions: readonly OptionSpec[] = [
  { long: 'help', short: 'h', help: 'Show this help.' },
  { long: 'version', help: 'Show the version.' },
  { long: 'verbose', short: 'v', help: 'Show where errors come from.' },
  { long: 'profile', short: 'p', value: 'NAME', kind: 'profile', help: 'The profile to use. NEREID_PROFILE.' },
  { long: 'account', short: 'a', value: 'ACCOUNT', help: 'Login of the account. NEREID_ACCOUNT.' },
  { long: 'act-as', value: 'ACCOUNT', help: "Work on another account's resources, signing as yourself. NEREID_ACT_AS." },
  { long: 'user', short: 'u', value: 'USER', help: 'Login of a sub-user. NEREID_USER.' },
  { long: 'role', short: 'r', value: 'ROLE,...', many: true, help: 'Roles to take on. NEREID_ROLE.' },
  { long: 'keyId', short: 'k', value: 'FINGERPRINT', help: 'The SSH key to sign with. NEREID_KEY_ID.' },
  { long: 'url', short: 'U', value: 'URL', help: 'The API. NEREID_URL.' },
  { long: 'insecure', short: 'i', help: 'Take any certificate. NEREID_TLS_INSECURE=1.' },
  { long: 'accept-version', value: 'VERSION', help: 'Version of the API to ask for.', hidden: true },
];

const shortcuts: readonly CommandSpec[] = [
  shortcut('instance list', instance.listInstances, 'instances', 'insts', 'ls'),
  shortcut('instance create', instance.createInstance, 'create'),
  shortcut('instance delete', instance.deleteInstance, 'delete', 'rm'),
  shortcut('instance start', instance.startInstance, 'start'),
  shortcut('instance stop', instance.stopInstance, 'stop'),
  shortcut('instance reboot', instance.rebootInstance, 'reboot'),
  shortcut('instance ssh', instance.sshInstance, 'ssh'),
  shortcut('instance console', instance.consoleInstance, 'console'),
  shortcut('instance ip', instance.instanceIp, 'ip'),
];

/** Plurals that list, as people type them. */
const plurals: readonly CommandSpec[] = (
  [
    [imageGroup, 'images', 'imgs'],
    [packageGroup, 'packages', 'pkgs'],
    [networkGroup, 'networks'],
    [keyGroup, 'keys'],
    [profileGroup, 'profiles'],
  ] as [GroupSpec, string, string?][]
).map(([group, ...names]) => ({
  ...shortcut(`${group.name} list`, group.commands[0] as CommandSpec, names[0], ...names.slice(1).filter((name) => name !== undefined)),
  hidden: true,
}));

/** Every command under its heading: the one table that parsing, help, completion and tests read. */
export const sections: readonly { readonly heading: string; readonly entries: readonly Entry[] }[] = [
  { heading: 'Commands', entries: [profileGroup, ...shellCommands] },
  { heading: 'Instances', entries: [instance.instanceGroup, instance.changefeed, ...shortcuts] },
  { heading: 'Analytics', entries: [instrumentationGroup] },
  { heading: 'Images, packages, networks', entries: [imageGroup, packageGroup, networkGroup, ...plurals] },
  { heading: 'Account', entries: [accountGroup, keyGroup, ...otherCommands] },
  { heading: 'For operators', entries: [admGroup] },
];

export const root: readonly Entry[] = sections.flatMap(({ entries }) => entries);
