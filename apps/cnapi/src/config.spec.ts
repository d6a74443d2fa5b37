import { join } from 'node:path';
import { readConfig } from '@nereid/platform';
import { z } from 'zod';
import { cnapiConfig } from './config';

it('reads the example', () => {
  const file = z.object({ apps: z.strictObject({ cnapi: cnapiConfig }) });
  expect(readConfig(join(__dirname, '..', 'config.example.yaml'), file, {}).apps.cnapi.datacenter).toBe('local');
});
