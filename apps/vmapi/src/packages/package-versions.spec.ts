import { compareVersions } from './package-versions';

describe('compareVersions', () => {
  it('orders as people mean it', () => {
    const ordered = ['0.9.0', '1.0.0-rc.1', '1.0.0-rc.2', '1.0.0-rc.10', '1.0.0', '1.0.1', '1.2', '1.10.0', '2.0.0+build5'];
    expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
  });
});
