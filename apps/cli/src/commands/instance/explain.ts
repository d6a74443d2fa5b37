import type { Given } from '../../command/spec';
import type { Cloud } from '../../cloud/cloud';
import { listMachines } from '../../cloud/machines';
import { routes } from '../../cloud/routes.at-build';
import type { Context } from '../../context';
import { mebibytes } from '../../output/sizes';
import { imageName, type NewMachine } from './new-machine';

/** Says what a create would ask for, what it takes, and what the account would have then. Nothing is made. */
export async function explain(
  { terminal }: Context,
  cloud: Cloud,
  given: Given,
  { image, pkg, networks, request }: NewMachine,
): Promise<void> {
  const [machines, chosen] = await Promise.all([listMachines(cloud), networks.length > 0 ? networks : standardNetworks(cloud)]);
  const memoryMiB = sum(machines.map(({ memory }) => memory));
  const diskMiB = sum(machines.map(({ disk }) => disk));
  if (given.flags.has('json')) {
    const takes = { memory: pkg.memory, swap: pkg.swap, disk: pkg.disk, vcpus: pkg.vcpus, lwps: pkg.lwps };
    const now = { instances: machines.length, memory: memoryMiB, disk: diskMiB };
    const then = { instances: now.instances + 1, memory: now.memory + takes.memory, disk: now.disk + takes.disk };
    terminal.print(JSON.stringify({ request, image, package: pkg, networks: chosen, takes, account: { now, then } }));
    return;
  }
  const needs = image.requirements['min_ram'];
  const rows: [string, string][] = [
    ['image', `${imageName(image)} (${image.id}), ${image.os}${typeof needs === 'number' ? `, needs ${mebibytes(needs)} of memory` : ''}`],
    ['package', `${pkg.name} (${pkg.id})`],
    ['brand', request.brand ?? textOf(image.requirements['brand']) ?? pkg.brand ?? 'what the image asks for'],
    [
      'networks',
      chosen.map(({ name, id }) => `${name} (${id})`).join(', ') || (request['networks'] ? JSON.stringify(request['networks']) : 'none'),
    ],
    ['takes', `${mebibytes(pkg.memory)} memory, ${mebibytes(pkg.swap)} swap, ${mebibytes(pkg.disk)} disk, ${pkg.lwps} processes`],
    ['you have', inAll(machines.length, memoryMiB, diskMiB)],
    ['then', inAll(machines.length + 1, memoryMiB + pkg.memory, diskMiB + pkg.disk)],
    ['request', JSON.stringify(request)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  terminal.print('Nothing is made. This is what it would be:', ...rows.map(([name, text]) => `    ${name.padEnd(width)}  ${text}`));
}

/** What an instance gets when no network is named: the first public one and the first other. Source: CloudAPI docs, CreateMachine, networks. */
async function standardNetworks(cloud: Cloud): Promise<{ name: string; id: string }[]> {
  const { body } = await cloud.call(routes.listNetworks, {}, {});
  return [body.find((network) => network.public), body.find((network) => !network.public)].filter((network) => network !== undefined);
}

function inAll(instances: number, memoryMiB: number, diskMiB: number): string {
  return `${instances === 1 ? '1 instance' : `${instances} instances`}, ${mebibytes(memoryMiB)} memory, ${mebibytes(diskMiB)} disk`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
