import type { Vm } from '../../api/queries';
import { actionOf, instanceActions, split } from './actions';
import { createBody, emptyForm, parseTags } from './create-form';
import { doToMany } from './do-to-many';
import { isNarrowed, listedFilter } from './filter';

const vm = (state: Vm['state'], more: Partial<Vm> = {}): Vm =>
  ({ uuid: state, alias: state, state, indestructible_zoneroot: false, ...more }) as Vm;

describe('what can be done to an instance', () => {
  it('is what the contract says of its state, with the reason for each no', () => {
    expect(actionOf('start').reason(vm('stopped'))).toBeUndefined();
    expect(actionOf('start').reason(vm('provisioning'))).toBe('Not while it is provisioning.');
    expect(actionOf('stop').reason(vm('offline'))).toBe('Not while it is offline.');
    expect(actionOf('destroy').reason(vm('destroyed'))).toBe('Not while it is destroyed.');
  });

  it('is not what would change nothing, nor the end of what is protected', () => {
    expect(actionOf('start').reason(vm('running'))).toBe('It is running.');
    expect(actionOf('stop').reason(vm('stopped'))).toBe('It is stopped.');
    expect(actionOf('destroy').reason(vm('running', { indestructible_zoneroot: true }))).toBe('It is protected from deletion.');
    expect(actionOf('forget').reason(vm('running'))).toBe('Only when its server is down.');
    expect(actionOf('forget').reason(vm('offline'))).toBeUndefined();
  });

  it('of several is told apart, with how many are left out and why', () => {
    const { able, unable } = split(actionOf('stop'), [vm('running'), vm('stopped'), vm('stopped'), vm('failed')]);
    expect(able).toHaveLength(1);
    expect([...unable]).toEqual([
      ['It is stopped.', 2],
      ['Not while it is failed.', 1],
    ]);
  });

  it('is asked about before it destroys', () => {
    for (const action of instanceActions) expect(action.isDisruptive || !action.isDestructive).toBe(true);
  });
});

describe('the form', () => {
  it('sends what was chosen and leaves out what was not', () => {
    expect(createBody({ ...emptyForm, owner: 'o', image: 'i', size: 'p', networks: ['n1', 'n2'] })).toEqual({
      owner_uuid: 'o',
      image_uuid: 'i',
      billing_id: 'p',
      networks: [{ uuid: 'n1', primary: true }, { uuid: 'n2' }],
    });
    expect(
      createBody({ ...emptyForm, alias: ' web ', tags: 'role=web', script: '#!/bin/sh', isProtected: true, server: 's' }),
    ).toMatchObject({
      alias: 'web',
      tags: { role: 'web' },
      customer_metadata: { 'user-script': '#!/bin/sh' },
      indestructible_zoneroot: true,
      server_uuid: 's',
    });
  });

  it('reads tags a line each; a value may have = in it, a key alone is true', () => {
    expect(parseTags('a=1\n\n b = x=y \nflag')).toEqual({ a: '1', b: 'x=y', flag: true });
  });
});

it('does a thing to many, goes on after a failure and tells which failed', async () => {
  let underWay = 0;
  let most = 0;
  const seen: number[] = [];
  const { done, failed } = await doToMany(
    Array.from({ length: 40 }, (_, i) => i),
    async (i) => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay--;
      if (i % 10 === 3) throw new Error(`no ${i}`);
    },
    (progress) => seen.push(progress.done),
  );
  expect({ done, failed: failed.map(({ thing }) => thing), most }).toEqual({ done: 40, failed: [3, 13, 23, 33], most: 8 });
  expect(seen.at(-1)).toBe(40);
});

it('asks for lists newest first unless told, and knows whether one is narrowed', () => {
  expect(listedFilter({ q: ' web ' })).toEqual({ q: 'web', sort: 'create_timestamp.desc' });
  expect(listedFilter({ q: '  ', sort: 'alias.asc' })).toEqual({ sort: 'alias.asc' });
  expect(isNarrowed({ sort: 'alias.asc' })).toBe(false);
  expect(isNarrowed({ state: 'failed' })).toBe(true);
});
