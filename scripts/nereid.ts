import { join } from 'node:path';
import { bundle } from './build';
import { asCustomer } from './triton';
import { repository, type Verb } from './verb';

/** Our own command, as the customer of this cloud. */
export const run: Verb = async (args) => {
  await bundle('cli', 'nereid.js');
  return asCustomer(join(repository, 'apps', 'cli', 'dist', 'nereid.js'), args);
};
