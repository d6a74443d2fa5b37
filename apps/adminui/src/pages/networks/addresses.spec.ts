import { blocksOf, rangeOf, roleOf, toAddress, toNumber } from './addresses';

it('takes addresses for numbers and back, to the highest', () => {
  for (const address of ['0.0.0.0', '10.88.1.255', '192.168.0.1', '255.255.255.255']) expect(toAddress(toNumber(address))).toBe(address);
});

it('knows where a subnet begins and ends, also when its base is not the first address', () => {
  expect(rangeOf('10.1.0.0/16')).toEqual({ first: toNumber('10.1.0.0'), last: toNumber('10.1.255.255') });
  expect(rangeOf('10.1.2.77/25')).toEqual({ first: toNumber('10.1.2.0'), last: toNumber('10.1.2.127') });
});

it('tells the address of the network from the one that all hear', () => {
  const roles = (subnet: string, ...addresses: string[]) => addresses.map((address) => roleOf(toNumber(address), subnet));
  expect(roles('10.1.2.0/24', '10.1.2.0', '10.1.2.1', '10.1.2.255')).toEqual(['network', undefined, 'broadcast']);
  expect(roles('10.1.0.0/22', '10.1.1.0', '10.1.0.255', '10.1.3.255')).toEqual([undefined, undefined, 'broadcast']);
  expect(roles('10.1.2.0/31', '10.1.2.0', '10.1.2.1')).toEqual([undefined, undefined]);
});

it('cuts a network into blocks of 256', () => {
  expect(blocksOf(rangeOf('10.1.2.0/25'))).toEqual([toNumber('10.1.2.0')]);
  expect(blocksOf(rangeOf('10.1.0.0/22')).map(toAddress)).toEqual(['10.1.0.0', '10.1.1.0', '10.1.2.0', '10.1.3.0']);
  expect(blocksOf(rangeOf('10.0.0.0/8'), 10)).toHaveLength(10);
});
