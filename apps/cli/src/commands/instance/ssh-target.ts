import type { Given } from '../../command/spec';
import { CliError } from '../../cli-error';
import type { Cloud } from '../../cloud/cloud';
import { knownImages } from '../../cloud/catalogue';
import { findMachine, type Machine } from '../../cloud/machines';
import type { Context } from '../../context';

/** The words of ssh that lead to an instance, without the command to run there. `[USER@]INST` is the first word. */
export async function sshTo(context: Context, given: Given, more: readonly string[] = []): Promise<readonly [string, ...string[]]> {
  const cloud = await context.cloud();
  const [text = ''] = given.args;
  const at = text.lastIndexOf('@');
  const machine = await findMachine(cloud, text.slice(at + 1));
  const user = at < 0 ? undefined : text.slice(0, at);
  const proxy = given.flags.has('no-proxy') ? undefined : tag(machine, 'proxy');
  return [
    'ssh',
    // Sharing a connection would outlive the address: instances come and go. A path that cannot be made turns it off.
    ...['-o', 'ControlMaster=no', '-o', 'ControlPath=/dev/null/none'],
    ...(proxy === undefined ? [] : ['-o', `ProxyJump=${await jump(context, cloud, proxy, machine, user)}`]),
    ...['-p', tag(machine, 'port') ?? '22', ...more, '-l', user ?? (await defaultUser(context, cloud, machine))],
    addressOf(machine),
  ];
}

async function jump(context: Context, cloud: Cloud, proxy: string, machine: Machine, user: string | undefined): Promise<string> {
  const through = await findMachine(cloud, proxy);
  const as = tag(machine, 'proxyuser') ?? user ?? (await defaultUser(context, cloud, through));
  return `${as}@${addressOf(through)}:${tag(through, 'port') ?? '22'}`;
}

/** @throws CliError it has no address, or the tag names one that is not its own */
function addressOf(machine: Machine): string {
  const chosen = tag(machine, 'ip');
  if (chosen !== undefined) {
    if (machine.ips.includes(chosen)) return chosen;
    throw new CliError(undefined, `tag tritoncli.ssh.ip of instance "${machine.name}" is ${chosen}, which is none of its addresses`);
  }
  if (!machine.primaryIp) throw new CliError(undefined, `instance "${machine.name}" has no primary address`);
  return machine.primaryIp;
}

async function defaultUser(context: Context, cloud: Cloud, { image }: Machine): Promise<string> {
  const found = (await knownImages(context, cloud)).find(({ id }) => id === image);
  return found?.tags?.['default_user'] ?? 'root';
}

function tag({ tags }: Machine, name: string): string | undefined {
  const value = tags[`tritoncli.ssh.${name}`];
  return value === undefined ? undefined : String(value);
}
