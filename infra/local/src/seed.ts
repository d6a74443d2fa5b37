import { readFileSync } from 'node:fs';
import type { Bus } from '@nereid/bus';
import {
  createAccount,
  createKey,
  createNetwork,
  createNicTag,
  createPackage,
  ensureOperator,
  getAccount,
  listNetworks,
  listPackages,
  ServiceError,
  type AccountId,
} from '@nereid/contracts';
import { devCaller, withBus } from './bus-access';
import { customerOf } from './customer';
import type { Installation } from './installation';
import type { SeededNetwork } from './subnets';

/** The operator that a new cloud comes with. */
export const operatorLogin = 'admin';

/** Its password, made once and kept in the state. */
export function operatorPassword(installation: Installation): string {
  return readFileSync(installation.secretFile('operator.password'), 'utf8');
}

/** Sizes to begin with: what a laptop can hold a few of. */
const packages = [
  { name: 'nano', memoryMiB: 64, quotaGiB: 1, cpuCapPercent: 50 },
  { name: 'small', memoryMiB: 256, quotaGiB: 5, cpuCapPercent: 100 },
  { name: 'medium', memoryMiB: 1024, quotaGiB: 10, cpuCapPercent: 200 },
] as const;

/** Fills a new cloud: operator, customer with a key, packages, NIC tags, networks. What is there already is left as it is. Answers the customer's id. */
export function seed(installation: Installation, networks: readonly SeededNetwork[]): Promise<AccountId> {
  return withBus(installation, async (bus) => {
    await bus.call(ensureOperator, { login: operatorLogin, password: operatorPassword(installation) }, devCaller());
    const account = await ensureCustomer(bus, installation);
    await ensurePackages(bus);
    for (const network of networks) await ensureNetwork(bus, network);
    return account;
  });
}

async function ensureCustomer(bus: Bus, installation: Installation): Promise<AccountId> {
  const customer = customerOf(installation);
  const found = await orUndefined('ResourceNotFound', bus.call(getAccount, { login: customer.login }, devCaller()));
  const account = found ?? (await bus.call(createAccount, { login: customer.login, email: customer.email }, devCaller()));
  await bus.call(createKey, { account: account.id, name: 'local', publicKey: customer.publicKey }, devCaller());
  return account.id;
}

async function ensurePackages(bus: Bus): Promise<void> {
  const { packages: there } = await bus.call(listPackages, {}, devCaller());
  for (const size of packages.filter(({ name }) => !there.some((each) => each.name === name))) {
    const rest = { version: '1.0.0', swapMiB: size.memoryMiB * 2, maxProcesses: 1000, isDefault: size.name === 'nano' };
    await bus.call(createPackage, { ...size, ...rest }, devCaller());
  }
}

async function ensureNetwork(bus: Bus, { name, nicTag, subnet }: SeededNetwork): Promise<void> {
  await bus.call(createNicTag, { name: nicTag }, devCaller());
  const { networks } = await bus.call(listNetworks, {}, devCaller());
  if (networks.some((network) => network.name === name)) return;
  const prefix = subnet.split('.').slice(0, 3).join('.');
  const range = { subnet, gateway: `${prefix}.1`, provisionStart: `${prefix}.10`, provisionEnd: `${prefix}.250` };
  await bus.call(createNetwork, { name, nicTag, ...range, description: 'Reachable from this machine' }, devCaller());
}

async function orUndefined<T>(code: string, asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ServiceError && error.code === code) return undefined;
    throw error;
  }
}
