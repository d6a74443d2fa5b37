import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshDatabase } from '@nereid/testkit';
import { Client } from 'pg';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly isNullable: boolean;
}

/** The columns that the Prisma schema describes. Relations have no column and are left out. */
function modelledColumns(): Column[] {
  const folder = join(__dirname, '..', 'prisma');
  const text = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const models = [...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)];
  const names = new Set(models.map((m) => m[1]));
  return models.flatMap(([, , body]) => {
    const table = `${/@@schema\("(\w+)"\)/.exec(body!)?.[1]}.${/@@map\("(\w+)"\)/.exec(body!)?.[1]}`;
    const fields = [...body!.matchAll(/^ {2}(\w+) +(Unsupported\("[^"]+"\)|\w+)(\[\])?(\?)?(.*)$/gm)];
    return fields
      .filter(([, , type]) => !names.has(type))
      .map(([, field, , , optional, rest]) => ({
        table,
        column: /(?:^|\s)@map\("(\w+)"\)/.exec(rest!)?.[1] ?? field!,
        isNullable: optional === '?',
      }));
  });
}

describe('the Prisma schema', () => {
  it('describes each of its tables as the migrations make it: the same columns, the same optionality', async () => {
    const modelled = modelledColumns();
    const tables = [...new Set(modelled.map((c) => c.table))];
    expect(tables).toEqual(expect.arrayContaining(['vmapi.job', 'vmapi.vm', 'napi.outbox']));
    const database = await freshDatabase();
    const client = new Client({ connectionString: database.url() });
    await client.connect();
    const { rows } = await client.query<Column>(
      `SELECT table_schema || '.' || table_name AS table, column_name AS column, is_nullable = 'YES' AS "isNullable"
         FROM information_schema.columns WHERE table_schema || '.' || table_name = ANY ($1)`,
      [tables],
    );
    await client.end();
    await database.drop();
    const asText = (columns: readonly Column[]): string[] => columns.map((c) => `${c.table}.${c.column}${c.isNullable ? '?' : ''}`).sort();
    expect(asText(modelled)).toEqual(asText(rows));
  });
});
