import { InstanceSpec, NicSpec } from '@nereid/contracts';
import { guestLines, planPort, serverLines } from './port-plan';
import { guardTable } from './spoof-guard';

const nic = (change: object = {}): NicSpec =>
  NicSpec.parse({
    slot: 0,
    mac: '90:b8:d0:01:02:03',
    network: '00000000-0000-4000-8000-00000000000a',
    nicTag: 'external',
    ip: '10.1.2.3',
    prefixLength: 24,
    gateway: '10.1.2.1',
    primary: true,
    ...change,
  });
const spec = { id: '6b1c6a51-9d0b-4c5e-9a83-0d4b0e6f6a10' } as InstanceSpec;

describe('the plan of a port', () => {
  it('makes the bridge with the first port only, with the gateway where this server routes', () => {
    const port = planPort('0123abcd', spec, nic(), { name: 'external', routed: true });
    const fresh = serverLines('ns', spec.id, [port], () => false);
    expect(fresh.slice(0, 4)).toEqual([
      `link add ${port.bridge} mtu 1500 type bridge`,
      `link set ${port.bridge} alias "${port.nic.network}"`,
      `link set ${port.bridge} up`,
      `addr replace 10.1.2.1/24 dev ${port.bridge}`,
    ]);
    expect(serverLines('ns', spec.id, [port], () => true).filter((line) => line.includes('type bridge'))).toEqual([]);
    expect(fresh).toContain(`link set ${port.device} alias ${spec.id}`);
  });

  it('gives each network its own bridge, and networks of a tag with an uplink the tag\u2019s', () => {
    const other = { network: '00000000-0000-4000-8000-00000000000b' };
    const alone = [nic(), nic(other)].map((one) => planPort('0123abcd', spec, one, { name: 'external' }).bridge);
    expect(new Set(alone).size).toBe(2);
    const joined = [nic(), nic(other)].map((one) => planPort('0123abcd', spec, one, { name: 'external', uplink: 'eth0' }).bridge);
    expect(new Set(joined).size).toBe(1);
  });

  it('sets the default route by the primary NIC', () => {
    const ports = [nic({ primary: false }), nic({ slot: 1, ip: '10.9.0.3', gateway: '10.9.0.1' })].map((one) =>
      planPort('0123abcd', spec, one, { name: 'external' }),
    );
    expect(guestLines(ports).at(-1)).toBe('route replace default via 10.9.0.1 dev net1');
  });

  it('guards against false addresses unless the NIC may have them', () => {
    const strict = guardTable(planPort('0123abcd', spec, nic(), { name: 'external' }));
    expect(strict).toContain('ether saddr != 90:b8:d0:01:02:03 drop');
    expect(strict).toContain('ip saddr != 10.1.2.3 drop');
    const loose = guardTable(planPort('0123abcd', spec, nic({ allowMacSpoofing: true, allowIpSpoofing: true }), { name: 'external' }));
    expect(loose).not.toContain('saddr');
  });
});
