import { Client, type ClientConfig, escapeLiteral } from 'pg';
import { roleOf, schemaOwners, type SchemaOwner } from './owners';

/**
 * Sets the password of each named owner's role. Safe to repeat. Run after {@link migrate}, as a role that may alter roles.
 */
export async function setRolePasswords(connection: ClientConfig, passwords: Partial<Record<SchemaOwner, string>>): Promise<void> {
  const client = new Client({ ...connection, application_name: 'nereid-migrate' });
  await client.connect();
  try {
    // Kept out of the server's log: a failing ALTER ROLE would otherwise be written there with its text.
    await client.query("SET log_statement = 'none'; SET log_min_error_statement = 'panic'").catch(() => undefined);
    for (const owner of schemaOwners) {
      const password = passwords[owner];
      if (password) await client.query(`ALTER ROLE ${roleOf(owner)} LOGIN PASSWORD ${escapeLiteral(password)}`);
    }
  } finally {
    await client.end();
  }
}
