import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reference } from './reference';

const committed = join(__dirname, '../../../../docs/generated/terraform-provider.md');

describe('the provider’s reference', () => {
  it('is committed as it is generated (npm run generate:docs)', () => {
    expect(readFileSync(committed, 'utf8')).toBe(`${reference()}\n`);
  });

  it('has every attribute of an instance, and says what replaces it', () => {
    const text = reference();
    expect(text).toMatch(/\| `image` \| string \| required; a change replaces \|/);
    expect(text).toMatch(/\| `administrator_pw` \| string \| optional; a change replaces; sensitive \|/);
    expect(text).toMatch(/\| `firewall_enabled` \| bool \| optional, else `false` \|/);
    expect(text).toMatch(/Each of `nic`:/);
    expect(text).toMatch(/Block `timeouts`/);
  });
});
