import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DoorUnderTest } from '../../test/door';

const script = 'document.documentElement.dataset.theme = "dark";';
const page = `<!doctype html><script>${script}</script><script type="module" src="/assets/index-abc123.js"></script>`;
const code = 'console.log("portal")';

describe('the portal at the door', () => {
  let directory: string;
  let door: DoorUnderTest;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'nereid-portal-'));
    door = await DoorUnderTest.open({ portal: { directory: join(directory, 'dist') } });
  });
  afterAll(async () => {
    await door?.close();
    rmSync(directory, { recursive: true });
  });

  const browse = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    door.send('GET', path, { headers: { accept: 'text/html,*/*;q=0.8', ...headers } });

  it('says what to do when it has not been built', async () => {
    const answer = await browse('/');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('The portal has not been built');
  });

  it('is there as soon as it has been', async () => {
    mkdirSync(join(directory, 'dist', 'assets'), { recursive: true });
    writeFileSync(join(directory, 'secret.txt'), 'nobody’s business');
    writeFileSync(join(directory, 'dist', 'assets', 'index-abc123.js'), code);
    writeFileSync(join(directory, 'dist', 'assets', 'index-abc123.js.gz'), gzipSync(code));
    writeFileSync(join(directory, 'dist', 'assets', 'index-abc123.js.map'), '{}');
    writeFileSync(join(directory, 'dist', 'index.html'), page);
    expect(await (await browse('/')).text()).toBe(page);
  });

  it('has one page for every address, also those that the API has', async () => {
    for (const path of ['/vms/ab12cd34', '/jobs', '/no/such/page']) {
      const answer = await browse(path);
      expect({ path, status: answer.status, text: await answer.text() }).toEqual({ path, status: 200, text: page });
    }
    expect((await door.send('GET', '/jobs', { headers: { accept: 'application/json' } })).status).toBe(401);
    expect((await browse('/assets/gone-123456.js')).status).toBe(404);
  });

  it('runs no script but its own, in no other page', async () => {
    const policy = (await browse('/')).headers.get('content-security-policy')!;
    expect(policy).toContain(`script-src 'self' 'sha256-${createHash('sha256').update(script).digest('base64')}';`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(/script-src[^;]*unsafe/.test(policy)).toBe(false);
  });

  it('is kept by browsers for ever where its name says what is in it, and looked after where not', async () => {
    const asset = await browse('/assets/index-abc123.js', { 'accept-encoding': 'gzip' });
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect(await asset.text()).toBe(code);
    const plain = await browse('/assets/index-abc123.js', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const index = await browse('/');
    expect(index.headers.get('cache-control')).toBe('no-cache');
    expect((await browse('/', { 'if-none-match': index.headers.get('etag')! })).status).toBe(304);
  });

  it('serves nothing beside what was built', async () => {
    for (const path of [
      '/..%2fsecret.txt',
      '/assets/../../secret.txt',
      '/assets/index-abc123.js.map',
      '/assets/%2e%2e/%2e%2e/secret.txt',
    ]) {
      const answer = await door.send('GET', path);
      expect({ path, status: answer.status }).toEqual({ path, status: 404 });
    }
  });
});
