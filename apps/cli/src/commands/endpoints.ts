import type { Given, Run } from '../command/spec';
import { routes } from '../cloud/routes.at-build';
import type { Context } from '../context';
import { wantedOutput } from '../output/format';
import { showList } from '../output/show';

export const datacenters: Run = async (context, given) => {
  show(context, given, (await (await context.cloud()).call(routes.listDatacenters)).body, 'url');
};

export const services: Run = async (context, given) => {
  show(context, given, (await (await context.cloud()).call(routes.listServices)).body, 'endpoint');
};

/** A map of names to addresses: as it came for JSON, else a row each. */
function show(context: Context, given: Given, map: Readonly<Record<string, string>>, column: string): void {
  if (wantedOutput(given).format === 'jsonl') return context.terminal.print(JSON.stringify(map));
  const rows = Object.entries(map).map(([name, address]) => ({ name, [column]: address }));
  showList(context, given, rows, { columns: ['name', column], long: ['name', column], sort: ['name'] });
}
