import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capability, testInstallation, type TestInstallation } from '@nereid/testkit';
import { repository } from './installation';
import { lookForProgram } from './programs';

const needsRoot = capability('root', process.getuid?.() === 0 ? undefined : 'run the tests as root');

/** What a person without root types on a machine that has neither NATS nor Redis; `##` sets the outputs apart. */
const commands = [
  './dev up --simulate 2',
  './dev triton instance create --wait --name quiet nereid-base nano',
  './dev triton instance get quiet',
  './dev triton instance delete --force --wait quiet',
  './dev status',
  './dev reset --yes',
  'ls --almost-all .nereid 2>&1 || true',
];

/**
 * A checkout of its own, of this working tree, that belongs to a user who is not root. The user's processes live in namespaces that end with the
 * test: in them the servers' programs that root installed are hidden, so that they have to be unpacked privately.
 */
class OrdinaryUser {
  private readonly folder: string;
  private readonly checkout: string;

  constructor(private readonly installation: TestInstallation) {
    this.folder = join(tmpdir(), `nereid-without-root-${installation.id}`);
    this.checkout = join(this.folder, 'checkout');
    mkdirSync(join(this.folder, 'home'), { recursive: true });
    mkdirSync(this.checkout);
    const copy =
      'git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from - --ignore-failed-read | tar --extract --directory "$1"';
    execFileSync('sh', ['-c', copy, 'copy', this.checkout], { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
    execFileSync('chown', ['--recursive', 'nobody:nogroup', this.folder]);
  }

  /** Runs commands in the checkout, one after another until one fails. Answers what each wrote, both streams together. */
  async type(lines: readonly string[]): Promise<{ outputs: string[]; code: number | null }> {
    const hidden = ['nats-server', 'redis-server', 'redis-cli'].flatMap((name) => lookForProgram(name)?.file ?? []);
    const script = lines.flatMap((line) => [line, "echo '##'"]).join('\n');
    const who = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
    const enter = 'for file in "$@"; do mount --bind /dev/null "$file"; done; script=$SCRIPT; unset SCRIPT';
    const child = spawn(
      'setpriv',
      [
        ...['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-ec'],
        `${enter}; exec setpriv ${who.join(' ')} sh -ec "$script"`,
        ...['sh', ...hidden],
      ],
      { cwd: this.checkout, env: { ...this.environment(), SCRIPT: script }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    return { outputs: said.split('##\n'), code };
  }

  async release(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
    await this.installation.release();
  }

  /** A home of its own, and of our environment only how npm and apt reach their registries. */
  private environment(): NodeJS.ProcessEnv {
    const reach = /^(npm_config_.*|node_extra_ca_certs|https?_proxy|no_proxy|ssl_cert_(dir|file))$/i;
    const kept = Object.entries(process.env).filter(([name]) => reach.test(name));
    return { ...Object.fromEntries(kept), PATH: process.env['PATH'], HOME: join(this.folder, 'home'), USER: 'nobody', LANG: 'C.UTF-8' };
  }
}

describe('./dev up without root', () => {
  let user: OrdinaryUser;
  beforeAll(() => {
    user = new OrdinaryUser(testInstallation());
  });
  afterAll(() => user.release());

  needsRoot(
    'brings up a cloud of simulated servers, says what a real node takes, and leaves nothing',
    async () => {
      const { outputs, code } = await user.type(commands);
      const [up, create, get, remove, status, , left] = outputs as [string, string, string, string, string, string, string];
      if (code !== 0) throw new Error(`ended with ${code}:\n${outputs.join('##\n')}`);

      expect(up).toMatch(/No real Linux node on this machine; missing: .*root.*\. Simulated servers only\./);
      expect(up).toMatch(/servers up .* 2 simulated/);
      expect(create).toContain('Created instance quiet');
      expect(JSON.parse(get)).toMatchObject({ name: 'quiet', state: 'running', package: 'nano' });
      expect(remove).toContain('Delete instance quiet');
      expect(status).toContain('services');
      expect(left).toMatch(/No such file/);
    },
    15 * 60_000,
  );
});
