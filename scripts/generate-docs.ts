// Writes docs/generated and the browsers' table of routes from the contracts and the services: `npm run generate:docs`. Specs beside the contracts fail when the files are not fresh.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { allApps } from '../apps/standalone/src/all-apps';
import { serviceMap } from '../apps/standalone/src/service-map';
import { reference } from '../apps/terraform-provider/src/docs/reference';
import { adminapi, cloudapi } from '../packages/contracts/src';
import { routeTableText } from '../packages/contracts/src/adminapi/route-table-source';

const folder = join(__dirname, '..', 'docs', 'generated');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'adminapi.openapi.json'), `${JSON.stringify(adminapi.adminapiOpenApi(), null, 2)}\n`);
writeFileSync(join(folder, 'cloudapi.openapi.json'), `${JSON.stringify(cloudapi.cloudapiOpenApi(), null, 2)}\n`);
writeFileSync(join(folder, 'service-map.txt'), serviceMap(allApps));
writeFileSync(join(folder, 'terraform-provider.md'), `${reference()}\n`);

async function writeRouteTable(): Promise<void> {
  const file = join(__dirname, '..', 'packages', 'contracts', 'src', 'adminapi', 'route-table.ts');
  writeFileSync(file, await format(routeTableText(), { ...(await resolveConfig(file)), parser: 'typescript' }));
}
void writeRouteTable();
