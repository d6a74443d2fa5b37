import { join } from 'node:path';
import { readConfig } from '@nereid/platform';
import { z } from 'zod';
import { napiConfig } from './config';

it('reads the example', () => {
  const file = z.object({ apps: z.strictObject({ napi: napiConfig }) });
  expect(readConfig(join(__dirname, '..', 'config.example.yaml'), file, {}).apps.napi.datacenter).toBe('local');
});
