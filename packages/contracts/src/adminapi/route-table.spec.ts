import { operatorRoutes } from './route-table';
import { routeLines } from './route-table-source';

it('the table of routes is as it is generated (npm run generate:docs)', () => {
  expect(operatorRoutes).toEqual(routeLines());
});
