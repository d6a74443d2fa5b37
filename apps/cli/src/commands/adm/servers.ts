import { operatorRoutes, type OperatorClient } from '@nereid/client/operator';
import type { Run } from '../../command/spec';
import { shortId } from '../../cloud/ids';
import { mebibytes } from '../../output/sizes';
import { showList, showOne } from '../../output/show';
import { filters } from '../filters';
import { all, idOf } from './lookup';
import { asOperator } from './operator';

export const list = asOperator(async (client, context, given) => {
  const servers = await all(client.everyItem(operatorRoutes.listServers, {}, filters(given.args, ['state', 'driver'])));
  showList(context, given, servers, {
    columns: ['shortid', 'hostname', 'state', 'driver', 'reserved', 'instances', 'memory', 'disk'],
    long: ['uuid', 'hostname', 'state', 'driver', 'reserved', 'instances', 'cpu', 'memory', 'disk', 'brands', 'agent_version'],
    sort: ['hostname'],
    name: 'hostname',
    right: ['instances', 'cpu', 'memory', 'disk'],
    cells: {
      shortid: ({ uuid }) => shortId(uuid),
      instances: ({ reserved_for }) => String(reserved_for.instances),
      cpu: ({ reserved_for, sellable }) => `${reserved_for.cpu_percent}/${sellable.cpu_percent}%`,
      memory: ({ reserved_for, sellable }) => `${mebibytes(reserved_for.memory_mib)}/${mebibytes(sellable.memory_mib)}`,
      disk: ({ reserved_for, sellable }) => `${reserved_for.disk_gib}/${sellable.disk_gib}G`,
    },
  });
});

export const get = asOperator(async (client, context, given) => {
  const uuid = await serverId(client, given.args[0]!);
  showOne(context, given, (await client.call(operatorRoutes.getServer, { uuid }, {})).body, 'hostname');
});

/** Takes servers out of placement, or back into it. */
export function reserve(isReserved: boolean): Run {
  return asOperator(async (client, context, { args }) => {
    for (const text of args) {
      const uuid = await serverId(client, text);
      const { body } = await client.call(operatorRoutes.updateServer, { uuid }, { reserved: isReserved });
      context.terminal.print(`${isReserved ? 'Reserved' : 'Released'} server ${body.hostname} (${uuid})`);
    }
  });
}

function serverId(client: OperatorClient, text: string): Promise<string> {
  return idOf('server', text, client.everyItem(operatorRoutes.listServers, {}, {}), ({ hostname }) => hostname);
}
