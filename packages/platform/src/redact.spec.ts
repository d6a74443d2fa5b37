import { withContext } from './context';
import { makeLog } from './log';

function logged(write: (log: ReturnType<typeof makeLog>) => void): string {
  const lines: string[] = [];
  write(makeLog({ app: 'test', level: 'debug', write: (line) => lines.push(line) }));
  return lines.join('');
}

it.each([
  ['a field named like a secret', { password: 'hunter2' }],
  ['a nested one', { request: { headers: { Authorization: 'hunter2' } } }],
  ['one in a list', { users: [{ apiToken: 'hunter2' }] }],
  ['metadata values', { vm: { customer_metadata: { 'user-script': 'hunter2' }, internal_metadata: { root_pw: 'hunter2' } } }],
  ['a cause', { err: new Error('outer', { cause: Object.assign(new Error('inner'), { context: { passphrase: 'hunter2' } }) }) }],
  ['a password in a URL', { why: 'cannot reach redis://default:hunter2@127.0.0.1:6379' }],
  ['a signed request', { why: 'header was Signature keyId="/x/keys/y",signature="hunter2"' }],
  ['a private key', { why: '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----' }],
  ['bytes', { body: Buffer.from('hunter2') }],
])('keeps %s out of the log', (_name, fields) => {
  const text = logged((log) => log.info(fields, 'message'));
  expect(text).toContain('"msg":"message"');
  expect(text).not.toContain('hunter2');
});

it('masks a seed wherever it stands', () => {
  const seed = `SU${'A'.repeat(56)}`;
  expect(logged((log) => log.warn(`seed ${seed} in the message`))).not.toContain(seed);
  expect(logged((log) => log.warn({ err: new Error(`bad ${seed}`) }, 'x'))).not.toContain(seed);
});

it('keeps what operators need: error, stack, context and names of metadata', () => {
  const text = logged((log) =>
    withContext({ requestId: 'r1', job: 'j1' }, () => log.error({ err: new Error('disk full'), metadata: { color: 'red' } }, 'failed')),
  );
  expect(JSON.parse(text)).toMatchObject({
    level: 'error',
    app: 'test',
    requestId: 'r1',
    job: 'j1',
    err: { message: 'disk full', stack: expect.stringContaining('redact.spec') as string },
    metadata: { color: '[redacted]' },
    msg: 'failed',
  });
});
