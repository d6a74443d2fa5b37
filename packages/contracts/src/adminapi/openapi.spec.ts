import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminapi } from '..';

const committed = join(__dirname, '../../../../docs/generated/adminapi.openapi.json');

describe("the description of the operators' API", () => {
  const document = adminapi.adminapiOpenApi() as {
    paths: Record<string, Record<string, { operationId: string; security: object[]; parameters: { name: string; in: string }[] }>>;
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

  it('is committed as it is generated (npm run generate:docs)', () => {
    expect(existsSync(committed) && JSON.parse(readFileSync(committed, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('has every route, with all parameters of its path', () => {
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual([...adminapi.allRoutes.keys()].sort());
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      expect({ path, declared: declared.sort() }).toEqual({ path, declared: inPath });
    }
  });

  it('only signing in needs no session, and only reading no token', () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0).map(({ operation }) => operation.operationId);
    expect(open).toEqual(['SignIn']);
    for (const { method, operation } of operations) {
      if (operation.security.length > 0) expect('csrf' in operation.security[0]!).toBe(method !== 'get');
    }
  });
});
