import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ClientConfig } from 'pg';
import { parse } from 'yaml';
import { z } from 'zod';
import { migrate } from './migrations';
import { schemaOwners, type SchemaOwner } from './owners';
import { setRolePasswords } from './roles';

const usage = `Brings the database to the newest schema and sets the passwords of the owners' roles.

  node packages/database/dist/migrate.js --config <yaml>
  NEREID_DATABASE_URL=postgres://… [NEREID_ROLE_PASSWORD_DIR=<dir>] node packages/database/dist/migrate.js

The file: host, port, database, user, passwordFile, rolePasswordDir. The directory holds <owner>.password for each of
${schemaOwners.join(', ')}; without it passwords stay as they are.
`;

const Config = z.strictObject({
  host: z.string(),
  port: z.number().int(),
  database: z.string(),
  user: z.string(),
  passwordFile: z.string().optional(),
  rolePasswordDir: z.string().optional(),
});

function readConfig(): { connection: ClientConfig; rolePasswordDir: string | undefined } {
  const { values } = parseArgs({ options: { config: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  if (values.config) {
    const { passwordFile, rolePasswordDir, ...where } = Config.parse(parse(readFileSync(values.config, 'utf8')));
    const password = passwordFile && readFileSync(passwordFile, 'utf8').trim();
    return { connection: { ...where, ...(password && { password }) }, rolePasswordDir };
  }
  const url = process.env['NEREID_DATABASE_URL'];
  if (!url) throw new Error(`no --config and no NEREID_DATABASE_URL\n\n${usage}`);
  return { connection: { connectionString: url }, rolePasswordDir: process.env['NEREID_ROLE_PASSWORD_DIR'] };
}

async function main(): Promise<void> {
  const { connection, rolePasswordDir } = readConfig();
  const outcome = await migrate(connection);
  if (rolePasswordDir) {
    const passwords = schemaOwners.map((owner) => [owner, readFileSync(join(rolePasswordDir, `${owner}.password`), 'utf8').trim()]);
    await setRolePasswords(connection, Object.fromEntries(passwords) as Record<SchemaOwner, string>);
  }
  process.stdout.write(`${JSON.stringify({ msg: 'migrated', ...outcome })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
