import { adminapi, enrolPath } from '@nereid/contracts';
import { DoorUnderTest } from '../../test/door';
import { servedRoutes } from './route.decorator';

const id = '0ae1a3c5-0000-4000-8000-00000000000f';
const routes = [...adminapi.allRoutes.values()];
const withSession = routes.filter((route) => route.session).map((route) => [route.name, route] as const);
const changing = withSession.filter(([, { method }]) => method !== 'GET');

function pathFor(route: adminapi.AdminRoute): string {
  return adminapi.pathOf(route, { uuid: id, id, fingerprint: 'aa:bb' });
}

describe('every route of the contracts', () => {
  let door: DoorUnderTest;
  let session: { cookie: string; csrf: string };

  beforeAll(async () => {
    door = await DoorUnderTest.open();
    session = await door.session();
  });
  afterAll(() => door?.close());

  it('is served', () => {
    expect([...servedRoutes].sort()).toEqual([...adminapi.allRoutes.keys()].sort());
  });

  it.each(withSession)('%s asks who it is', async (_, route) => {
    const answer = await door.send(route.method, pathFor(route), route.body ? { body: {} } : {});
    expect({ status: answer.status, code: ((await answer.json()) as { code: string }).code }).toEqual({
      status: 401,
      code: 'InvalidCredentials',
    });
  });

  it.each(changing)('%s asks for the token for changes', async (_, route) => {
    const answer = await door.send(route.method, pathFor(route), { headers: { cookie: session.cookie }, ...(route.body && { body: {} }) });
    expect({ status: answer.status, code: ((await answer.json()) as { code: string }).code }).toEqual({
      status: 403,
      code: 'NotAuthorized',
    });
  });

  it.each(changing.filter(([, { body }]) => body))('%s refuses a field that it does not know, by its name', async (_, route) => {
    const headers = { cookie: session.cookie, [adminapi.csrfHeader]: session.csrf };
    const answer = await door.send(route.method, pathFor(route), { headers, body: { nonsense: 1, action: 'stop' } });
    const { code, errors, requestId } = (await answer.json()) as { code: string; errors: { field: string }[]; requestId: string };
    expect({ status: answer.status, code }).toEqual({ status: 409, code: 'ValidationFailed' });
    expect(errors.map(({ field }) => field)).toContain('nonsense');
    expect(requestId).toBe(answer.headers.get('x-request-id'));
  });

  it.each(withSession)('%s names the methods of its path to whoever tries another', async (_, route) => {
    const answer = await door.send('PATCH', pathFor(route), { headers: { accept: 'application/json' } });
    expect({ status: answer.status, code: ((await answer.json()) as { code: string }).code }).toEqual({
      status: 405,
      code: 'MethodNotAllowed',
    });
    expect(answer.headers.get('allow')!.split(', ')).toContain(route.method);
  });

  it('answers 405 to a read of what can only be written, but for pages', async () => {
    const answer = await door.send('GET', enrolPath, { headers: { accept: 'application/json' } });
    expect({ status: answer.status, allow: answer.headers.get('allow') }).toEqual({ status: 405, allow: 'POST' });
    expect((await door.send('DELETE', '/ping')).headers.get('allow')).toBe('GET, HEAD');
    // Without a portal that was built: its page of explanation, not a refusal.
    expect((await door.send('GET', enrolPath, { headers: { accept: 'text/html' } })).headers.get('content-type')).toMatch(/^text\/html/);
  });

  it('answers 404 in JSON where there is none, and keeps the id of a request', async () => {
    const headers = { 'x-request-id': id, 'accept': 'application/json' };
    const answer = await door.send('GET', '/vmapi/nothing', { headers });
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status: 404,
      body: { code: 'ResourceNotFound', message: expect.any(String), requestId: id },
    });
    expect((await door.send('POST', enrolPath, { body: {} })).status).toBe(409);
  });
});
