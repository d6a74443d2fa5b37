import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config';

describe('configuration', () => {
  it('reads the example', () => {
    expect(readConfig(join(__dirname, '..', 'config.example.yaml'))).toMatchObject({ driver: 'simulated', tasks: { parallel: 8 } });
  });

  it('fills in what is left out and refuses what it does not know', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nereid-config-'));
    const file = join(folder, 'agent.yaml');
    const least = 'driver: simulated\nstateDir: /tmp/x\nenrolment: { url: "https://door", tokenFile: /t }\n';
    writeFileSync(file, least);
    expect(readConfig(file)).toMatchObject({ journal: { fsync: true }, simulated: { servers: 1 }, beatEveryMs: 2_000 });
    writeFileSync(file, `${least}taskz: {}\n`);
    expect(() => readConfig(file)).toThrow(/taskz/);
    rmSync(folder, { recursive: true });
  });
});
