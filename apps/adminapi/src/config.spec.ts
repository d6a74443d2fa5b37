import { join } from 'node:path';
import { readConfig } from '@nereid/platform';
import { z } from 'zod';
import { adminapiConfig } from './config';

it('reads the example', () => {
  const file = z.object({ apps: z.strictObject({ adminapi: adminapiConfig }) });
  expect(readConfig(join(__dirname, '..', 'config.example.yaml'), file, {}).apps.adminapi.datacenter).toBe('local');
});
