import type { Run } from '../../command/spec';
import { findNetwork } from '../../cloud/catalogue';
import { routes } from '../../cloud/routes.at-build';
import { showOne } from '../../output/show';

export const getDefault: Run = async (context, given) => {
  const cloud = await context.cloud();
  const { body } = await cloud.call(routes.getConfig);
  showOne(context, given, await findNetwork(cloud, body.default_network));
};

export const setDefault: Run = async (context, given) => {
  const cloud = await context.cloud();
  const network = await findNetwork(cloud, given.args[0]!);
  await cloud.call(routes.updateConfig, {}, { default_network: network.id });
  const text = `Set network ${network.name} (${network.id}) as default.`;
  context.terminal.print(given.flags.has('json') ? JSON.stringify(network) : text);
};
