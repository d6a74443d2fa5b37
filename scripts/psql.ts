import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { schemaOwners } from '@nereid/database';
import { Installation, administrator, lookForProgram, rolePasswordFile } from '@nereid/infra-local';
import { Misuse, type Verb } from './verb';

export const run: Verb = async (args) => {
  const cut = args.indexOf('--');
  const [own, passed] = cut < 0 ? [args, []] : [args.slice(0, cut), args.slice(cut + 1)];
  const owner = schemaOwners.find((each) => each === own[0]);
  if (own.length > 1 || (own.length === 1 && !owner)) throw new Misuse(`psql wants one owner (${schemaOwners.join(', ')})`);
  const psql = lookForProgram('psql');
  if (!psql) throw new Error('psql is not on this machine; on Debian: apt-get install postgresql-client');
  const installation = Installation.find();
  if (!installation?.processes.living('postgres')) throw new Error('the database does not run; ./dev up starts it');
  const admin = await administrator(installation);
  const env = {
    ...process.env,
    PGHOST: admin.host,
    PGPORT: `${admin.port}`,
    PGDATABASE: admin.database,
    PGUSER: owner ? `nereid_${owner}` : admin.user,
    PGPASSWORD: readFileSync(owner ? rolePasswordFile(installation, owner) : admin.passwordFile, 'utf8'),
  };
  const child = spawn(psql.file, passed, { env, stdio: 'inherit' });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
};
