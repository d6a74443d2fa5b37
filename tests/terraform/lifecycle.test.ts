import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPackage } from '@nereid/contracts';
import { customerOf, repository } from '@nereid/infra-local';
import * as sshpk from 'sshpk';
import { describeFindings } from '../checker/finding';
import { Customer } from '../cloud/customer';
import { eventually } from '../cloud/eventually';
import { asOperator, operatorCaller } from '../cloud/operator';
import { TestCloud } from '../cloud/test-cloud';
import { WorkingDirectory } from './working-directory';

// Terraform starts the provider several times a command, and machines that run tests are busy.
jest.setTimeout(300_000);

const provider = 'provider "nereid" {}\n';
const web = (more: string): string => `${provider}
data "nereid_image" "base" {
  name        = "nereid-base"
  most_recent = true
}
resource "nereid_machine" "web" {
  image    = data.nereid_image.base.id
  networks = ["external"]
  ${more}
}
`;

/** The real terraform command, with the provider installed from a filesystem mirror, on simulated servers. */
describe('terraform', () => {
  let cloud: TestCloud;
  let customer: Customer;
  let work: WorkingDirectory;
  let first: string;

  beforeAll(async () => {
    cloud = await TestCloud.start({ simulatedServers: 3 });
    customer = await Customer.first(cloud.installation);
    const tooMuch = { version: '1.0.0', memoryMiB: 50_000_000, swapMiB: 50_000_000, quotaGiB: 1, cpuCapPercent: 100, maxProcesses: 1000 };
    await asOperator(cloud.installation, (bus) => bus.call(createPackage, { name: 'whole-server', ...tooMuch }, operatorCaller()));
    work = await WorkingDirectory.make(
      cloud,
      web('name = "web"\n package = "nano"\n tags = { role = "web" }\n metadata = { colour = "blue" }'),
    );
  });
  afterAll(async () => {
    work?.remove();
    customer?.close();
    await cloud?.remove();
  });

  const expectNoChange = async (): Promise<void> => {
    const { code, stdout } = await work.plan();
    if (code !== 0) throw new Error(`a change is planned where there is none:\n${stdout}`);
  };

  it('makes an instance, and then plans nothing', async () => {
    await work.apply();
    const values = work.values('nereid_machine.web');
    first = String(values['id']);
    const machine = await customer.get(first);
    expect(machine).toMatchObject({ name: 'web', state: 'running', tags: { role: 'web' }, package: 'nano' });
    expect(machine.tags).toEqual({ role: 'web' });
    expect(machine.metadata).toMatchObject({ colour: 'blue' });
    expect(values).toMatchObject({ state: 'running', networks: ['external'], primaryip: machine.primaryIp, image_id: machine.image });
    await expectNoChange();
  });

  it('changes name, tags, metadata and switches in place', async () => {
    work.configure(
      web(`name = "www"
        package  = "nano"
        tags     = { role = "front", tier = "1" }
        metadata = { shape = "round" }
        deletion_protection_enabled = true
        firewall_enabled = true`),
    );
    await work.apply();
    const machine = await customer.get(first);
    expect(machine).toMatchObject({ name: 'www', deletion_protection: true, firewall_enabled: true });
    expect(machine.tags).toEqual({ role: 'front', tier: '1' });
    expect(machine.metadata).toMatchObject({ shape: 'round' });
    expect(machine.metadata).not.toHaveProperty('colour');
    await expectNoChange();
  });

  it('will not replace what is protected, and says how to', async () => {
    work.configure(web('name = "www"\n package = "nano"\n user_script = "true"\n deletion_protection_enabled = true'));
    const { code, stderr } = await work.run('apply', '-auto-approve');
    expect(code).toBe(1);
    expect(stderr).toContain('Deletion protection is on');
    expect((await customer.get(first)).state).toBe('running');
  });

  it('gives it another package in place, as the plan says, protected or not', async () => {
    const size = async (name: string) => (await customer.send('GET', `/my/packages/${name}`)).body as { memory: number; disk: number };
    const [nano, small] = [await size('nano'), await size('small')];
    work.configure(web('name = "www"\n package = "small"\n deletion_protection_enabled = true'));
    const { stdout } = await work.plan();
    expect(stdout).toContain('0 to add, 1 to change, 0 to destroy');
    expect(stdout).toMatch(new RegExp(`memory\\s+= ${nano.memory} -> ${small.memory}`));
    expect(stdout).toMatch(/package\s+= "nano" -> "small"/);
    expect(await work.apply()).toContain('0 added, 1 changed, 0 destroyed');
    expect(work.values('nereid_machine.web')).toMatchObject({ id: first, package: 'small', memory: small.memory, disk: small.disk });
    expect(await customer.get(first)).toMatchObject({ package: 'small', memory: small.memory, state: 'running' });
    await expectNoChange();
  });

  it('sees that somebody else gave it another package, and gives it back the configured one', async () => {
    await customer.act(first, 'resize', { package: 'nano' });
    await eventually('it is nano', () => customer.get(first), (machine) => machine.package === 'nano', 30_000); // prettier-ignore
    expect((await work.plan()).stdout).toMatch(/package\s+= "nano" -> "small"/);
    expect(await work.apply()).toContain('0 added, 1 changed, 0 destroyed');
    expect(await customer.get(first)).toMatchObject({ id: first, package: 'small', state: 'running' });
    await expectNoChange();
  });

  it('leaves it as it was when the API cannot resize it, and says why', async () => {
    work.configure(web('name = "www"\n package = "whole-server"\n deletion_protection_enabled = true'));
    const { code, stderr } = await work.run('apply', '-auto-approve');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/was not resized[\s\S]*InsufficientCapacity/)]);
    expect(await customer.get(first)).toMatchObject({ package: 'small', state: 'running' });
    work.configure(web('name = "www"\n package = "small"\n deletion_protection_enabled = true'));
    await expectNoChange();
    expect(describeFindings(await cloud.findings())).toBe('');
  });

  it('replaces it for another boot script', async () => {
    work.configure(web('name = "www"\n package = "small"\n force_destroy = true\n deletion_protection_enabled = true'));
    await work.apply();
    work.configure(web('name = "www"\n package = "small"\n user_script = "true"\n force_destroy = true'));
    expect(await work.apply()).toContain('1 added, 0 changed, 1 destroyed');
    const values = work.values('nereid_machine.web');
    expect(values['id']).not.toBe(first);
    expect((await customer.get(first)).state).toBe('deleted');
    expect(await customer.get(String(values['id']))).toMatchObject({ name: 'www', package: 'small', state: 'running' });
    work.configure(web('name = "www"\n package = "small"\n force_destroy = true'));
    await work.apply();
  });

  it('imports it, with nothing to change however it is spelt', async () => {
    const id = String(work.values('nereid_machine.web')['id']);
    await work.ok('state', 'rm', 'nereid_machine.web');
    await work.ok('import', 'nereid_machine.web', 'www');
    expect(work.values('nereid_machine.web')).toMatchObject({ id, name: 'www', package: 'small' });
    work.configure(web('name = "www"\n package = "small"'));
    await expectNoChange();
    const missing = await work.run('import', 'nereid_machine.web', '00000000-0000-4000-8000-000000000000');
    expect(missing.code).toBe(1);
  });

  it('sees what was done behind its back: changed, and removed', async () => {
    const id = String(work.values('nereid_machine.web')['id']);
    await customer.act(id, 'rename', { name: 'other' });
    expect((await work.plan()).stdout).toMatch(/name\s+= "other" -> "www"/);
    await customer.destroy(id);
    const { code, stdout } = await work.plan();
    expect([code, stdout]).toEqual([2, expect.stringContaining('1 to add, 0 to change, 0 to destroy')]);
    await work.apply();
    await expectNoChange();
  });

  it('destroys it', async () => {
    await work.ok('destroy', '-auto-approve');
    expect(work.state().size).toBe(0);
    expect(await customer.list()).toEqual([]);
    expect(describeFindings(await cloud.findings())).toBe('');
  });

  it('adds and removes a key; one that somebody removed is added again', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'sec1', format: 'pem' } }); // prettier-ignore
    const line = `${sshpk.parseKey(publicKey, 'pem').toString('ssh').split(' ').slice(0, 2).join(' ')} somebody@example.com`;
    work.configure(`${provider}resource "nereid_key" "one" {\n key = "${line}"\n}`);
    await work.apply();
    expect(work.values('nereid_key.one')).toMatchObject({ id: 'somebody@example.com', key: line });
    await customer.send('DELETE', '/my/keys/somebody%40example.com');
    expect((await work.plan()).stdout).toContain('1 to add');
    await work.apply();
    await work.ok('state', 'rm', 'nereid_key.one');
    await work.ok('import', 'nereid_key.one', 'somebody@example.com');
    await expectNoChange();
    await work.ok('destroy', '-auto-approve');
    expect((await customer.send('GET', '/my/keys/somebody%40example.com')).status).toBe(404);
  });

  it('makes ten at once, without names, and shows them through the data sources', async () => {
    work.configure(`${provider}
      resource "nereid_machine" "many" {
        count   = 10
        image   = "nereid-base"
        package = "nano"
        tags    = { group = "many" }
      }
      data "nereid_machines" "many" {
        tags       = { group = "many" }
        depends_on = [nereid_machine.many]
      }
      data "nereid_machine" "first" { id = nereid_machine.many[0].id }
      data "nereid_network" "external" { name = "external" }
      data "nereid_package" "small" { memory = 64 }
      data "nereid_account" "me" {}
      output "seen" { value = data.nereid_machines.many.ids }
      output "first" { value = data.nereid_machine.first.name }
      output "network" { value = data.nereid_network.external.id }
      output "package" { value = data.nereid_package.small.name }
      output "login" { value = data.nereid_account.me.login }
    `);
    await work.apply();
    const made = [...work.state().values()].map(({ values }) => String(values['id']));
    expect(new Set(made).size).toBe(10);
    expect((await customer.list()).map(({ id, state }) => [id, state]).sort()).toEqual(made.map((id) => [id, 'running']).sort());
    const outputs = JSON.parse(await work.ok('output', '-json')) as Record<string, { value: unknown }>;
    expect((outputs['seen']!.value as string[]).sort()).toEqual([...made].sort());
    expect(outputs['package']!.value).toBe('nano');
    expect(outputs['login']!.value).toBe('demo');
    expect(outputs['network']!.value).toBe(await customer.network('external'));
    expect(outputs['first']!.value).toBe(work.values('nereid_machine.many[0]')['name']);
    await expectNoChange();
    await work.ok('destroy', '-auto-approve');
    expect(await customer.list()).toEqual([]);
    expect(describeFindings(await cloud.findings())).toBe('');
  });

  it('says at plan time what is wrong, and where', async () => {
    work.configure(`${provider}
      resource "nereid_machine" "bad" {
        name     = "bad"
        image    = "no-such-image"
        package  = "no-such-package"
        networks = ["external", "no-such-network"]
      }`);
    const { code, stderr } = await work.run('plan');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Unknown image[\s\S]*line \d+, in resource "nereid_machine" "bad":[\s\S]*image\s+= "no-such-image"/);
    expect(stderr).toMatch(/Unknown package[\s\S]*package\s+= "no-such-package"[\s\S]*Packages:[\s\w,]*nano/);
    expect(stderr).toMatch(/Unknown network[\s\S]*networks\s+= \["external", "no-such-network"\]/);

    work.configure(`${provider}
      resource "nereid_machine" "bad" {
        name     = "no spaces"
        image    = "nereid-base"
        package  = "nano"
        metadata = { "user-script" = "x" }
        timeouts { create = "soon" }
      }`);
    const invalid = await work.run('validate');
    expect(invalid.code).toBe(1);
    expect(invalid.stderr).toMatch(/Invalid name[\s\S]*must be 1 to 189 letters/);
    expect(invalid.stderr).toMatch(/Invalid timeouts.create[\s\S]*Must be a duration/);
    expect(invalid.stderr).toMatch(/Give "user-script" as the argument user_script/);
  });

  it('takes the example of the documentation', async () => {
    const example = readFileSync(join(repository, 'apps', 'terraform-provider', 'examples', 'main.tf'), 'utf8');
    work.configureWhole(example);
    await work.ok('validate');
    expect((await work.run('fmt', '-check', '-diff')).stdout).toBe('');
    const { stdout } = await work.plan(
      '-var',
      `operator_key=${readFileSync(`${customerOf(cloud.installation).privateKeyFile}.pub`, 'utf8').trim()}`,
    );
    expect(stdout).toContain('Plan: 3 to add');
  });

  it('does not show what is secret', async () => {
    work.configure(`${provider}
      resource "nereid_machine" "secret" {
        image            = "nereid-base"
        package          = "nano"
        administrator_pw = "do-not-show"
      }`);
    const { stdout } = await work.plan();
    expect(stdout).toMatch(/administrator_pw\s+= \(sensitive value\)/);
    expect(stdout).not.toContain('do-not-show');
  });
});
