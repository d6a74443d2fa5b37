import { ServiceError, ServerId, enrolServer, type Caller } from '@nereid/contracts';
import { DoorUnderTest } from '../../test/door';

describe('enrolment', () => {
  let door: DoorUnderTest;
  const server = ServerId.parse('5e4fe400-0000-4000-8000-000000000001');
  const callers: Caller[] = [];
  const token = 't'.repeat(43);
  const want = { token, publicKey: `U${'A'.repeat(55)}`, hostname: 'node', driver: 'linux' };

  beforeAll(async () => {
    door = await DoorUnderTest.open({ enrolment: { perSecond: 0.001, burst: 8 } });
    door.bus.serve(enrolServer, (request, caller) => {
      callers.push(caller);
      if (request.token !== token) throw new ServiceError('InvalidCredentials', 'no');
      return { server, userJwt: 'a.b.c', busServers: ['bus:4222'] };
    });
    await door.bus.flush();
  });
  afterAll(() => door?.close());

  const enrol = (body: object): Promise<Response> => door.send('POST', '/enrol', { body });

  it('is by cnapi, and says where the server has come to', async () => {
    const answer = await enrol(want);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ server, datacenter: 'test', userJwt: 'a.b.c', busServers: ['bus:4222'] });
    expect(callers[0]).toMatchObject({ kind: 'service', service: 'adminapi' });
  });

  it('refuses what is unknown, misspelt or too much', async () => {
    expect((await enrol({ ...want, token: 'x'.repeat(43) })).status).toBe(401);
    expect((await enrol({ ...want, extra: 1 })).status).toBe(409);
    expect((await enrol({ ...want, publicKey: 'U' })).status).toBe(409);
    expect((await enrol({ ...want, hostname: 'x'.repeat(20_000) })).status).toBe(413);
    const statuses = [];
    for (let n = 0; n < 10; n++) statuses.push((await enrol(want)).status);
    expect(statuses).toContain(429);
  });

  it('answers ping', async () => {
    expect(await (await fetch(`${door.url}/ping`)).json()).toEqual({ ping: 'pong', healthy: true });
  });
});
