import { generateKeyPairSync } from 'node:crypto';
import type { OperatorClient } from '@nereid/client/operator';
import { adminapi } from '@nereid/contracts';
import { customerOf } from '@nereid/infra-local';
import * as sshpk from 'sshpk';
import { eventually } from '../cloud/eventually';
import { signedInOperator } from '../cloud/operator-door';
import type { TestCloud } from '../cloud/test-cloud';

/** What of a furnished cloud its pages are visited by. */
export interface Furnished {
  /** Runs, with tags, metadata and a history. */
  readonly instance: string;
  readonly failedInstance: string;
  readonly job: string;
  readonly failedJob: string;
  /** The instance's. */
  readonly server: string;
  readonly image: string;
  readonly network: string;
  readonly account: string;
}

const sizes: Readonly<Record<string, string>> = { web: 'nano', db: 'small', cache: 'nano', worker: 'nano', mail: 'nano' };

/** Fills a cloud of simulated servers with what an operator meets: accounts, instances in most states, one that failed, a reserved server. */
export async function furnish(cloud: TestCloud): Promise<Furnished> {
  const operator = await signedInOperator(cloud.installation);
  try {
    return await furnishAs(operator, cloud);
  } finally {
    operator.close();
  }
}

async function furnishAs(operator: OperatorClient, cloud: TestCloud): Promise<Furnished> {
  const ask = operator.call.bind(operator);
  const { login } = customerOf(cloud.installation);
  const demo = (await ask(adminapi.listAccounts, {}, {})).body.find((account) => account.login === login)!.uuid;
  const [image] = (await ask(adminapi.listImages, {}, {})).body;
  const networks = (await ask(adminapi.listNetworks, {}, {})).body;
  const network = networks.find(({ nic_tag }) => nic_tag.includes('sim')) ?? networks[0]!;
  const packages = new Set((await ask(adminapi.listPackages, {}, {})).body.map(({ name }) => name));
  const create = async (alias: string, owner: string, more: object = {}): Promise<{ vm: string; job: string }> => {
    const wanted = sizes[alias.split('-')[0]!] ?? 'nano';
    const { body } = await ask(adminapi.createVm, {}, {
      owner_uuid: owner,
      alias,
      image_uuid: image!.uuid,
      billing_id: packages.has(wanted) ? wanted : 'nano',
      networks: [{ uuid: network.uuid, primary: true }],
      ...more,
    }); // prettier-ignore
    return { vm: body.vm_uuid, job: body.job_uuid! };
  };
  const until = (uuid: string, state: string) =>
    eventually(`${uuid} ${state}`, async () => (await ask(adminapi.getVm, { uuid }, {})).body.state, (seen) => seen === state); // prettier-ignore

  const shop = (await ask(adminapi.createAccount, {}, { login: 'shop', email: 'shop@example.com' })).body.uuid;
  const lab = (await ask(adminapi.createAccount, {}, { login: 'laboratory', email: 'laboratory@example.com' })).body.uuid;
  await ask(adminapi.createKey, { uuid: shop }, { name: 'deploy', key: publicKey() });
  await ask(adminapi.setLimits, { uuid: shop }, { instances: 12, memory_mib: 4_096 });

  const first = await create('web-1', shop, {
    tags: { role: 'web', tier: 'front' },
    customer_metadata: { 'user-script': '#!/bin/sh\necho "$(date) booted" >> /var/log/boots\n', 'api-token': 'not for eyes' },
    firewall_enabled: true,
  });
  const made = [first];
  for (const alias of ['web-2', 'db-1', 'cache-1', 'worker-1', 'worker-2']) made.push(await create(alias, shop, { tags: { role: alias.split('-')[0] } })); // prettier-ignore
  for (const alias of ['notebook', 'simulation', 'mail-1']) made.push(await create(alias, alias === 'mail-1' ? demo : lab));
  for (const { vm } of made) await until(vm, 'running');
  for (const { vm } of made.slice(-2)) {
    await ask(adminapi.actOnVm, { uuid: vm }, { action: 'stop' });
    await until(vm, 'stopped');
  }

  await cloud.control({ fault: { operation: 'instance.start', mode: 'fail', code: 'Invalid', message: 'the root file system cannot be mounted' } }); // prettier-ignore
  const failed = await create('db-2', shop);
  await until(failed.vm, 'failed');
  await cloud.control({ clearFaults: true });

  const servers = (await ask(adminapi.listServers, {}, {})).body;
  const server = (await ask(adminapi.getVm, { uuid: first.vm }, {})).body.server_uuid!;
  await ask(adminapi.updateServer, { uuid: servers.find(({ uuid }) => uuid !== server)!.uuid }, { reserved: true });
  return {
    instance: first.vm,
    failedInstance: failed.vm,
    job: first.job,
    failedJob: failed.job,
    server,
    image: image!.uuid,
    network: network.uuid,
    account: shop,
  };
}

function publicKey(): string {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
  });
  return sshpk.parsePrivateKey(privateKey, 'pem').toPublic().toString('ssh', { comment: 'deploy@example.com' });
}
