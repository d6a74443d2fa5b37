import { ServiceError, type Caller, type RequestId, type ServerId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { SystemIds, SystemRandom } from '@nereid/ports';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { aProcess } from '../capacity/a-room.testing';
import { EnrolmentRepository } from './enrolment.repository';
import { EnrolmentService } from './enrolment.service';

const ids = new SystemIds();
const caller: Caller = { kind: 'service', service: 'test', requestId: ids.random() as RequestId };

describe('enrolment', () => {
  let database: FreshDatabase;
  let pool: OwnerPool;
  let enrolment: EnrolmentService;
  let process: ReturnType<typeof aProcess>;
  const revoked: string[] = [];
  let busIsDown = false;

  beforeAll(async () => {
    database = await freshDatabase();
    pool = new OwnerPool('cnapi', { ...database, poolSize: 8 });
    process = aProcess(pool);
    const credentials = {
      mint: async (server: ServerId, key: string) => `jwt of ${key} for ${server}`,
      revoke: async (key: string) => {
        if (busIsDown) throw new ServiceError('ServiceUnavailable', 'the bus is away');
        revoked.push(key);
      },
    };
    enrolment = new EnrolmentService(
      new EnrolmentRepository(pool),
      process.keeper,
      credentials,
      ['tls://bus:4222'],
      ids,
      new SystemRandom(),
    );
  });
  afterAll(async () => {
    await pool?.end();
    await database?.drop();
  });

  const enrol = (token: string, publicKey: string) => enrolment.enrol({ token, publicKey, hostname: 'node', driver: 'linux' }, caller);

  it('turns a token into one server, for one key, as often as the reply gets lost', async () => {
    const { token } = await enrolment.createToken(60_000, undefined, caller);
    const answers = await Promise.all([enrol(token, 'UA'), enrol(token, 'UA'), enrol(token, 'UA')]);
    expect(new Set(answers.map((a) => a.server)).size).toBe(1);
    expect(answers[0]).toMatchObject({ userJwt: `jwt of UA for ${answers[0].server}`, busServers: ['tls://bus:4222'] });
    await expect(enrol(token, 'UB')).rejects.toMatchObject({ code: 'InvalidCredentials' });
    expect(process.picture.node(answers[0].server)?.facts.state).toBe('new');
  });

  it('gives the token to one of two keys that come at once', async () => {
    const { token } = await enrolment.createToken(60_000, undefined, caller);
    const outcomes = await Promise.allSettled([enrol(token, 'UC'), enrol(token, 'UD')]);
    expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses unknown and expired tokens', async () => {
    await expect(enrol('x'.repeat(43), 'UE')).rejects.toMatchObject({ code: 'InvalidCredentials' });
    const { token } = await enrolment.createToken(60_000, undefined, caller);
    await pool.exec("UPDATE cnapi.enrolment_token SET expires_at = now() - interval '1 s' WHERE used_at IS NULL");
    await expect(enrol(token, 'UE')).rejects.toMatchObject({ code: 'InvalidCredentials' });
  });

  it('replaces the key of a server that enrols again, and revokes the old one', async () => {
    const server = ids.random() as ServerId;
    for (const key of ['UF', 'UG']) {
      const { token } = await enrolment.createToken(60_000, server, caller);
      expect((await enrol(token, key)).server).toBe(server);
    }
    expect(revoked).toEqual(['UF']);
  });

  it('revokes the old key when the enrolment is repeated, if it broke off before', async () => {
    const server = ids.random() as ServerId;
    const [first, second] = [await enrolment.createToken(60_000, server, caller), await enrolment.createToken(60_000, server, caller)];
    await enrol(first.token, 'UI');
    busIsDown = true;
    await expect(enrol(second.token, 'UJ')).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    busIsDown = false;
    expect((await enrol(second.token, 'UJ')).server).toBe(server);
    expect(revoked).toContain('UI');
    expect(revoked).not.toContain('UJ');
  });

  it('shuts a server out of placement and bus', async () => {
    const { token } = await enrolment.createToken(60_000, undefined, caller);
    const { server } = await enrol(token, 'UH');
    expect(await enrolment.revoke(server, caller)).toBe(true);
    expect(revoked).toContain('UH');
    expect(process.picture.node(server)?.facts.isRevoked).toBe(true);
    expect(await enrolment.revoke(ids.random() as ServerId, caller)).toBe(false);
  });

  it('lets nobody but operators make tokens', async () => {
    await expect(
      enrolment.createToken(1000, undefined, { kind: 'node', server: ids.random() as ServerId, requestId: caller.requestId }),
    ).rejects.toMatchObject({
      code: 'NotAuthorized',
    });
  });

  it('keeps no token readable and notes who did what', async () => {
    const { token } = await enrolment.createToken(60_000, undefined, caller);
    expect(JSON.stringify(await pool.many('SELECT * FROM cnapi.enrolment_token'))).not.toContain(token);
    const noted = await pool.many<{ action: string }>('SELECT DISTINCT action FROM cnapi.audit ORDER BY action');
    expect(noted.map((row) => row.action)).toEqual(['enrolment.create-token', 'enrolment.enrol', 'enrolment.revoke']);
  });
});
