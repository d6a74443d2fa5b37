import { join } from 'node:path';
import { readConfig } from '@nereid/platform';
import { z } from 'zod';
import { imgapiConfig } from './config';

it('reads the example', () => {
  const file = z.object({ apps: z.strictObject({ imgapi: imgapiConfig }) });
  expect(readConfig(join(__dirname, '..', 'config.example.yaml'), file, {}).apps.imgapi.datacenter).toBe('local');
});
