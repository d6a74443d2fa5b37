import { join } from 'node:path';
import { readConfig } from '@nereid/platform';
import { z } from 'zod';
import { analyticsConfig } from './config';

it('reads the example', () => {
  const file = z.object({ apps: z.strictObject({ analytics: analyticsConfig }) });
  expect(readConfig(join(__dirname, '..', 'config.example.yaml'), file, {}).apps.analytics.windows.maxObjects).toBe(2_000);
});
