import { adminapi, beginOperatorTotp, confirmOperatorTotp, type Caller } from '@nereid/contracts';
import { DoorUnderTest, operator, password } from '../../test/door';
import { findBrokenSeal, OwnerPool } from '@nereid/database';
import { until } from '@nereid/ports/until';

describe('sessions of operators', () => {
  let door: DoorUnderTest;
  let database: OwnerPool;

  beforeAll(async () => {
    door = await DoorUnderTest.open({
      sessions: { idleMinutes: 60, absoluteHours: 12 },
      signIn: { byAddress: { perSecond: 0.001, burst: 40 }, byLogin: { perSecond: 0.001, burst: 30 } },
    });
    database = new OwnerPool('adminapi', { ...door.database, poolSize: 1 });
  });
  afterAll(async () => {
    await database?.end();
    await door?.close();
  });

  it('begin with login and password, show who it is, and end', async () => {
    const client = door.client();
    expect(await client.resume()).toBeUndefined();
    const session = await client.signIn({ login: operator.login, password });
    expect(session).toMatchObject({ operator: { uuid: operator.id, login: 'admin', totp_enabled: false }, datacenter: 'test' });
    expect(Date.parse(session.expires_at) - Date.parse(session.created_at)).toBe(12 * 3_600_000);
    expect(Date.parse(session.idle_expires_at)).toBeLessThanOrEqual(Date.parse(session.expires_at));
    expect(door.signInCallers.at(-1)).toMatchObject({ kind: 'service', service: 'adminapi' });
    expect(await client.resume()).toMatchObject({ csrf_token: session.csrf_token });
    await client.signOut();
    expect(await client.resume()).toBeUndefined();
    const rows = await database.many("SELECT action, caller->>'login' AS login FROM adminapi.audit ORDER BY id");
    expect(rows).toEqual([
      { action: 'session.begin', login: 'admin' },
      { action: 'session.end', login: 'admin' },
    ]);
    client.close();
  });

  it('are audited for good, in a chain that would show a change', async () => {
    const unsealed = 'SELECT count(*)::int AS n FROM adminapi.audit WHERE id NOT IN (SELECT audit_id FROM adminapi.audit_seal)';
    await until('all of the audit is sealed', async () => (await database.one<{ n: number }>(unsealed)).n === 0);
    expect(await database.one<{ n: number }>('SELECT count(*)::int AS n FROM adminapi.audit_seal')).toEqual({ n: 2 });
    expect(await findBrokenSeal(database, 'adminapi')).toBeUndefined();
    await expect(database.exec("UPDATE adminapi.audit SET action = 'x'")).rejects.toThrow(/permission denied/);
  });

  it('keep the token from scripts, from other sites, and from whoever reads the table', async () => {
    const answer = await door.send('POST', '/sessions', { body: { login: operator.login, password } });
    const cookie = answer.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^nereid_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const token = cookie.slice('nereid_session='.length, 'nereid_session='.length + 43);
    const rows = await database.many<{ row: string }>('SELECT s::text AS row FROM adminapi.session s');
    for (const { row } of rows) expect(row).not.toContain(token);
  });

  it('refuse a wrong password, a body too many, another type, and say it in our words', async () => {
    const wrong = await door.send('POST', '/sessions', { body: { login: operator.login, password: 'wrong' } });
    expect({ status: wrong.status, body: await wrong.json() }).toEqual({
      status: 401,
      body: { code: 'InvalidCredentials', message: expect.any(String), requestId: wrong.headers.get('x-request-id') },
    });
    const misspelt = await door.send('POST', '/sessions', { body: { login: 'admin', passwort: 'x' } });
    expect(await misspelt.json()).toMatchObject({
      code: 'ValidationFailed',
      errors: [
        { field: 'password', code: 'Missing' },
        { field: 'passwort', code: 'Invalid' },
      ],
    });
    expect((await door.send('POST', '/sessions', { body: '{' })).status).toBe(400);
    expect(
      (await door.send('POST', '/sessions', { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status,
    ).toBe(415);
  });

  it('change nothing without the token for changes, nor for a page of another origin', async () => {
    const { cookie, csrf } = await door.session();
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await door.send('DELETE', '/sessions/current', { headers: { cookie, ...headers } })).status;
    expect(await status({})).toBe(403);
    expect(await status({ [adminapi.csrfHeader]: 'x'.repeat(csrf.length) })).toBe(403);
    expect(await status({ [adminapi.csrfHeader]: csrf, origin: 'https://evil.example' })).toBe(403);
    expect((await door.send('GET', '/sessions/current', { headers: { cookie } })).status).toBe(200);
    expect(await status({ [adminapi.csrfHeader]: csrf, origin: door.url })).toBe(204);
    expect((await door.send('GET', '/sessions/current', { headers: { cookie } })).status).toBe(401);
    const fromElsewhere = await door.send('POST', '/sessions', {
      body: { login: 'admin', password },
      headers: { origin: 'https://evil.example' },
    });
    expect(fromElsewhere.status).toBe(403);
  });

  it.each([
    ['idle', "used_at = now() - interval '61 minutes'"],
    ['old', "created_at = now() - interval '12 hours', used_at = now()"],
  ])('end when they are %s', async (_, made) => {
    const client = await door.signedIn();
    await database.exec(`UPDATE adminapi.session SET ${made}`);
    await expect(client.call(adminapi.listVms, {}, {})).rejects.toMatchObject({ code: 'InvalidCredentials' });
    client.close();
  });

  it('live on by use, which is written at most once a minute', async () => {
    const client = await door.signedIn();
    await database.exec("UPDATE adminapi.session SET used_at = now() - interval '59 minutes'");
    const before = await client.resume();
    expect(Date.parse(before!.idle_expires_at) - Date.now()).toBeGreaterThan(59 * 60_000);
    const xmin = async (): Promise<unknown> => database.one('SELECT xmin::text FROM adminapi.session ORDER BY used_at DESC LIMIT 1');
    const written = await xmin();
    await client.resume();
    expect(await xmin()).toEqual(written);
    client.close();
  });

  it('turn a second factor on, as the operator and nobody else', async () => {
    const callers: Caller[] = [];
    door.bus.serve(beginOperatorTotp, (_, caller) => (callers.push(caller), { secret: 'JBSWY3DPEHPK3PXP' }));
    door.bus.serve(confirmOperatorTotp, () => ({ ...operator, totpEnabled: true }));
    await door.bus.flush();
    const client = await door.signedIn();
    expect((await client.call(adminapi.beginTotp, {}, {})).body).toEqual({
      secret: 'JBSWY3DPEHPK3PXP',
      otpauth_url: 'otpauth://totp/test:admin?secret=JBSWY3DPEHPK3PXP&issuer=test',
    });
    expect(callers).toMatchObject([{ kind: 'operator', operator: operator.id, login: 'admin', ip: '127.0.0.1' }]);
    expect((await client.call(adminapi.verifyTotp, {}, { code: '123456' })).body.operator.totp_enabled).toBe(true);
    expect((await client.resume())!.operator.totp_enabled).toBe(true);
    client.close();
  });

  it('are not to be had by guessing', async () => {
    const statuses: number[] = [];
    let last: Response | undefined;
    for (let n = 0; n < 40; n++) {
      last = await door.send('POST', '/sessions', { body: { login: 'someone', password: `guess ${n}` } });
      statuses.push(last.status);
    }
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(Number(last!.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
