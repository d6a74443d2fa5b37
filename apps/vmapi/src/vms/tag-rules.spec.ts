import { checkMetadata, checkTagCount, checkTags } from './tag-rules';

describe('tags', () => {
  it.each([
    { 'role': 'www', 'a:b.c': 7, 'on': false },
    { 'triton.cns.services': 'web:80:priority=10:weight=5,db' },
    { 'triton.cns.disable': true },
    { 'triton.cns.reverse_ptr': 'mail.example.com' },
    { 'triton.cmon.groups': 'a,b_c,d-1' },
  ] as Record<string, string | number | boolean>[])('takes %j', (tags) => {
    expect(() => checkTags(tags)).not.toThrow();
  });

  it.each([
    [{ 'triton.cns.disable': 'true' }],
    [{ 'triton.unknown': 1 }],
    [{ 'triton.cns.services': '' }],
    [{ 'triton.cns.services': 'web:99999' }],
    [{ 'triton.cns.services': 'web:80:speed=1' }],
    [{ 'triton.cmon.groups': 'a,a' }],
    [{ 'triton.cns.reverse_ptr': '-x' }],
  ])('refuses %j, naming the tag', (tags) => {
    expect(() => checkTags(tags as never)).toThrow(
      expect.objectContaining({ code: 'ValidationFailed', errors: [expect.objectContaining({ field: `tags.${Object.keys(tags)[0]}` })] }),
    );
  });

  it('refuses more than an instance may have', () => {
    expect(() => checkTagCount(Object.fromEntries(Array.from({ length: 513 }, (_, n) => [`t${n}`, n])))).toThrow(/at most 512/);
  });
});

describe('metadata', () => {
  it('refuses passwords by the front door, and too much', () => {
    expect(() => checkMetadata({ root_pw: 'x' })).toThrow(/_pw/);
    expect(() => checkMetadata({ big: 'x'.repeat(600_000) })).toThrow(/at most/);
    expect(() => checkMetadata({ 'user-script': '#!/bin/sh' })).not.toThrow();
  });
});
