import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '../errors';
import { cloudapi } from '..';

const committed = join(__dirname, '../../../../docs/generated/cloudapi.openapi.json');

describe('the description of the customers’ API', () => {
  const document = cloudapi.cloudapiOpenApi() as {
    'paths': Record<string, Record<string, { operationId: string; security?: unknown; parameters: { name: string; in: string }[] }>>;
    'x-error-codes': { code: string }[];
  };

  it('is committed as it is generated (npm run generate:docs)', () => {
    expect(existsSync(committed) && JSON.parse(readFileSync(committed, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('has every route, with all parameters of its path', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, operation })),
    );
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual([...cloudapi.allRoutes.keys()].sort());
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      expect({ path, declared: declared.sort() }).toEqual({ path, declared: inPath });
    }
  });

  it('lists every error code', () => {
    expect(Object.keys(cloudapi.wireErrors).sort()).toEqual(Object.keys(errorTable).sort());
    const listed = new Set(document['x-error-codes'].map((entry) => entry.code));
    for (const { code } of Object.values(cloudapi.wireErrors)) expect(listed).toContain(code);
  });

  it('only the ping needs no signature', () => {
    expect([...cloudapi.allRoutes.values()].filter((route) => !route.signed).map((route) => route.name)).toEqual(['Ping']);
  });
});
