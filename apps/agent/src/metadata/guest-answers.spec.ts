import type { InstanceSpec } from '@nereid/contracts';
import { aSpec } from '../testing/bench';
import { GuestAnswers, type GuestChange } from './guest-answers';
import { classOf, keysOf, valueOf } from './metadata-keys';

const on = { server: 'the-server' };

describe('keys of guest metadata', () => {
  const spec = aSpec({
    customerMetadata: { 'user-script': '#!/bin/sh', 'cloud-init:user-data': 'x', 'sdc:forged': 'no', 'leaked_pw': 'no' },
    internalMetadata: { 'root_pw': 'secret', 'operator-script': 'op', 'ops:note': 'n', 'plain': 'hidden' },
    tags: { role: 'db', count: 3, on: true },
  });

  it('belong to the customer, to the operators, or to the server', () => {
    expect(classOf(spec, 'user-script')).toBe('customer');
    expect(classOf(spec, 'cloud-init:user-data')).toBe('customer');
    for (const key of ['root_pw', 'any_pw', 'operator-script', 'ops:note', 'ops:other'])
      expect([key, classOf(spec, key)]).toEqual([key, 'internal']);
    for (const key of ['sdc:uuid', 'sdc:', 'sdc', 'sdc:tags.role']) expect([key, classOf(spec, key)]).toEqual([key, 'sdc']);
  });

  it('answer from where they belong, never from a namesake elsewhere', () => {
    expect(valueOf(spec, on, 'user-script')).toBe('#!/bin/sh');
    expect(valueOf(spec, on, 'root_pw')).toBe('secret');
    expect(valueOf(spec, on, 'leaked_pw')).toBeUndefined();
    expect(valueOf(spec, on, 'plain')).toBeUndefined();
    expect(valueOf(spec, on, 'sdc:forged')).toBeUndefined();
    expect(valueOf(spec, on, 'sdc:uuid')).toBe(spec.id);
    expect(valueOf(spec, on, 'sdc:server_uuid')).toBe('the-server');
    expect(valueOf(spec, on, 'sdc:tags.count')).toBe('3');
    expect(valueOf(spec, on, 'sdc:max_physical_memory')).toBe('512');
    expect(valueOf(spec, on, 'sdc:operator-script')).toBe('op');
    expect(JSON.parse(valueOf(spec, on, 'sdc:nics')!)).toMatchObject([
      { interface: 'net0', ip: '10.0.0.5', netmask: '255.255.255.0', primary: true },
    ]);
    expect(JSON.parse(valueOf(spec, on, 'sdc:resolvers')!)).toEqual([]);
    for (const key of ['constructor', '__proto__', 'toString', 'sdc:constructor', 'sdc:__proto__', 'sdc:tags.constructor']) {
      expect([key, valueOf(spec, on, key)]).toEqual([key, undefined]);
    }
  });

  it('are listed without those of the server', () => {
    expect(keysOf(spec)).not.toContain('sdc:forged');
    expect(keysOf(spec)).toEqual(expect.arrayContaining(['user-script', 'root_pw', 'operator-script']));
  });
});

describe('GuestAnswers', () => {
  let told: GuestChange[];
  let fail: boolean;
  const answersOf = (spec: InstanceSpec | undefined) =>
    new GuestAnswers(
      () => spec,
      on,
      async (change) => {
        if (fail) throw new Error('bus down, with detail');
        told.push(change);
      },
    );
  beforeEach(() => {
    told = [];
    fail = false;
  });

  it('passes on what the guest changes of its own, once', async () => {
    const answers = answersOf(aSpec());
    await answers.put('new', 'value');
    await answers.put('greeting', 'hello'); // as it is
    await answers.delete('greeting');
    await answers.delete('absent');
    expect(told).toEqual([
      { set: { new: 'value' }, remove: [] },
      { set: {}, remove: ['greeting'] },
    ]);
  });

  it.each(['sdc:uuid', 'sdc', 'root_pw', 'operator-script', '', 'a\nb', 'x'.repeat(300)])('refuses to write %j', async (key) => {
    await expect(answersOf(aSpec()).put(key, 'v')).rejects.toMatchObject({ name: 'MetadataRefused' });
    await expect(answersOf(aSpec()).delete(key)).rejects.toMatchObject({ name: 'MetadataRefused' });
    expect(told).toEqual([]);
  });

  it('refuses values that are too long, and says so when the change cannot be recorded', async () => {
    await expect(answersOf(aSpec()).put('k', 'x'.repeat(65_537))).rejects.toThrow('at most 65536 bytes');
    fail = true;
    await expect(answersOf(aSpec()).put('k', 'v')).rejects.toThrow('The change could not be recorded now; try again.');
  });
});
