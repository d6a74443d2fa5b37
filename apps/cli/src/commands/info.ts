import type { Run } from '../command/spec';
import { listMachines } from '../cloud/machines';
import { routes } from '../cloud/routes.at-build';
import { bytes } from '../output/sizes';

const mebibyte = 1_048_576;

export const run: Run = async (context, { flags }) => {
  const cloud = await context.cloud();
  const [{ body: account }, machines] = await Promise.all([cloud.call(routes.getAccount), listMachines(cloud)]);
  const instances: Record<string, number> = {};
  let [totalDisk, totalMemory] = [0, 0];
  for (const { state, disk, memory } of machines) {
    instances[state] = (instances[state] ?? 0) + 1;
    totalDisk += disk * mebibyte;
    totalMemory += memory * mebibyte;
  }
  const name = [account.firstName, account.lastName].filter((part) => part).join(' ');
  const who = { login: account.login, ...(name && { name }), email: account.email, url: cloud.profile.url };
  if (flags.has('json')) {
    return context.terminal.print(JSON.stringify({ ...who, totalDisk, totalMemory, totalInstances: machines.length, instances }));
  }
  context.terminal.print(
    ...Object.entries(who).map(([field, value]) => `${field}: ${value}`),
    `totalDisk: ${bytes(totalDisk)}`,
    `totalMemory: ${bytes(totalMemory)}`,
    `instances: ${machines.length}`,
    ...Object.entries(instances).map(([state, count]) => `    ${state}: ${count}`),
  );
};
