import { join } from 'node:path';
import { readConfig } from '@nereid/platform';
import { z } from 'zod';
import { VmapiConfig } from './config';

it('has an example of its configuration that holds', () => {
  const file = z.strictObject({ apps: z.strictObject({ vmapi: VmapiConfig }), health: z.unknown() });
  const config = readConfig(join(__dirname, '..', 'config.example.yaml'), file, {});
  expect(config.apps.vmapi).toMatchObject({ roles: ['api', 'worker'], jobConcurrency: 50, defaultLimits: { instances: 1000 } });
});
