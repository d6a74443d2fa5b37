import { adminapi, createVm, getVm, listVms, resizeVm, startVm, updateVm, type Caller } from '@nereid/contracts';
import type { OperatorClient } from '@nereid/client/operator';
import { vm } from '../../test/a-vm';
import { DoorUnderTest, operator } from '../../test/door';

describe('instances at the door', () => {
  let door: DoorUnderTest;
  let client: OperatorClient;
  let shown = vm;
  const callers: Caller[] = [];
  const asked: unknown[] = [];
  const heard = (request: unknown, caller: Caller): void => {
    asked.push(request);
    callers.push(caller);
  };

  beforeAll(async () => {
    door = await DoorUnderTest.open();
    const { bus } = door;
    bus.serve(getVm, () => shown);
    bus.serve(listVms, (request, caller) => (heard(request, caller), { items: [vm, vm], next: '12.ab', total: 100_000 }));
    bus.serve(startVm, (request, caller) => (heard(request, caller), { vm, job: '0b000000-0000-7000-8000-000000000001' as never }));
    bus.serve(resizeVm, (request, caller) => (heard(request, caller), { vm, job: '0b000000-0000-7000-8000-000000000002' as never }));
    bus.serve(createVm, (request, caller) => (heard(request, caller), { vm, job: '0b000000-0000-7000-8000-000000000001' as never }));
    bus.serve(updateVm, (request, caller) => (heard(request, caller), { ...vm, version: (request.ifVersion ?? 100) + 1 }));
    await bus.flush();
    client = await door.signedIn();
  });
  beforeEach(() => {
    asked.length = callers.length = 0;
    shown = vm;
  });
  afterAll(async () => {
    client?.close();
    await door?.close();
  });

  it('come a page at a time, with what is needed for the next and the count that was asked for', async () => {
    const query = { state: ['running', 'stopped'], sort: 'ram.desc', q: 'web', limit: 2, marker: '9.aa', count: true };
    const answer = await client.call(adminapi.listVms, {}, query);
    expect(answer).toMatchObject({ next: '12.ab', total: 100_000, body: [{ uuid: vm.id, ram: 64, billing_id: vm.package }, {}] });
    expect(asked).toMatchObject([
      {
        filter: { states: ['running', 'stopped'], search: 'web' },
        limit: 2,
        after: '9.aa',
        withTotal: true,
        sort: { by: 'memoryMiB', descending: true },
      },
    ]);
    await expect(client.call(adminapi.listVms, {}, { limit: 1001 })).rejects.toMatchObject({ code: 'ValidationFailed' });
    await expect(client.call(adminapi.listVms, {}, { colour: 'red' } as object)).rejects.toMatchObject({ errors: [{ field: 'colour' }] });
  });

  it('are changed in the name of the operator', async () => {
    const answer = await client.call(adminapi.actOnVm, { uuid: vm.id }, { action: 'start' });
    expect(answer).toMatchObject({ status: 202, body: { vm_uuid: vm.id, job_uuid: '0b000000-0000-7000-8000-000000000001' } });
    expect(callers).toMatchObject([
      { kind: 'operator', operator: operator.id, login: 'admin', ip: '127.0.0.1', requestId: answer.requestId },
    ]);
  });

  it('have an ETag that holds until anything shown changes', async () => {
    const { cookie } = await door.session();
    const get = (ifNoneMatch?: string): Promise<Response> =>
      door.send('GET', `/vmapi/vms/${vm.id}`, { headers: { cookie, ...(ifNoneMatch && { 'if-none-match': ifNoneMatch }) } });
    const etag = (await get()).headers.get('etag')!;
    expect(etag).toMatch(/^"7\./);
    expect((await get(etag)).status).toBe(304);
    shown = { ...vm, state: 'offline' }; // follows from its server's silence: the row is the same
    expect((await get(etag)).status).toBe(200);
  });

  it('are changed only in the version that was looked at, one change after the other', async () => {
    const { etag } = await client.call(adminapi.getVm, { uuid: vm.id }, {});
    await client.call(
      adminapi.actOnVm,
      { uuid: vm.id },
      { action: 'update', alias: 'web1', firewall_enabled: true, set_tags: { a: 1 } },
      { ifMatch: etag },
    );
    expect(asked).toMatchObject([
      { action: 'rename', alias: 'web1', ifVersion: 7 },
      { action: 'enable_firewall', ifVersion: 8 },
      { action: 'set_tags', tags: { set: { a: 1 } }, ifVersion: 9 },
    ]);
    await expect(client.call(adminapi.actOnVm, { uuid: vm.id }, { action: 'start' }, { ifMatch: 'nonsense' })).rejects.toMatchObject({
      code: 'InvalidHeader',
    });
    await expect(client.call(adminapi.actOnVm, { uuid: vm.id }, { action: 'update' })).rejects.toMatchObject({ code: 'ValidationFailed' });
  });

  it('are resized by another package, with a job, and after whatever else is asked for', async () => {
    const body = { action: 'update', alias: 'web1', billing_id: 'small' } as const;
    const answer = await client.call(adminapi.actOnVm, { uuid: vm.id }, body);
    expect(answer).toMatchObject({ status: 202, body: { vm_uuid: vm.id, job_uuid: '0b000000-0000-7000-8000-000000000002' } });
    expect(asked).toMatchObject([{ action: 'rename', alias: 'web1' }, { id: vm.id, package: 'small' }]); // prettier-ignore
  });

  it('are made once for each key', async () => {
    const want = { owner_uuid: vm.owner, image_uuid: vm.image, billing_id: 'nano', networks: [{ uuid: vm.image }] };
    for (let n = 0; n < 2; n++) await client.call(adminapi.createVm, {}, want, { idempotencyKey: 'once' });
    const [first, second] = asked as { idempotency: { key: string; hash: string } }[];
    expect(first!.idempotency).toEqual({ key: 'once', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(second!.idempotency).toEqual(first!.idempotency);
  });
});
