// Writes docs/generated from the contracts and the services: `npm run generate:docs`. Specs beside the contracts fail when the files are not fresh.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allApps } from '../apps/standalone/src/all-apps';
import { serviceMap } from '../apps/standalone/src/service-map';
import { cloudapi } from '../packages/contracts/src';

const folder = join(__dirname, '..', 'docs', 'generated');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'cloudapi.openapi.json'), `${JSON.stringify(cloudapi.cloudapiOpenApi(), null, 2)}\n`);
writeFileSync(join(folder, 'service-map.txt'), serviceMap(allApps));
