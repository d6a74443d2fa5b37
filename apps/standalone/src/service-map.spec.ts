import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getAccount, listServers } from '@nereid/contracts';
import { allApps } from './all-apps';
import { serviceMap } from './service-map';

describe('the service map', () => {
  it('is the one that is committed (npm run generate:docs)', () => {
    const committed = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'generated', 'service-map.txt'), 'utf8');
    expect(serviceMap(allApps)).toBe(committed);
  });

  it('refuses a call that nobody serves', () => {
    expect(() => serviceMap([{ name: 'cloudapi', bus: { calls: [getAccount] } }])).toThrow('no app serves');
  });

  it("refuses an app that serves another owner's calls", () => {
    expect(() => serviceMap([{ name: 'vmapi', bus: { serves: [listServers] } }])).toThrow("which is cnapi's");
  });
});
