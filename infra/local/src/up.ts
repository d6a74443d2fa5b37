import { ensureAuthority, ensureNats, ensurePostgres, ensureRedis, ensureSchema } from './basics';
import { getPackages } from './debian-packages';
import { Installation } from './installation';
import { Progress } from './progress';

export interface UpOptions {
  readonly simulatedServers: number;
  readonly isProcessPerApp: boolean;
  readonly hasRealNode: boolean;
}

/** Builds what has changed; given by the caller, whose subject the tools of the repository are. */
export type Build = () => Promise<void>;

/** Brings the cloud of this checkout up. Safe to repeat and to interrupt: every step looks at what is there. */
export async function up(_options: UpOptions, build: Build, progress: Progress): Promise<void> {
  const installation = Installation.ensure();
  const endTurn = installation.takeTurn('up');
  try {
    installation.claimNames();
    const said = (remark: string): string => remark;
    await progress.step('Debian packages', async () => getPackages(installation.as.isRoot), said);
    await progress.step('build', build);
    const authority = await progress.step('certificate authority', () => ensureAuthority(installation));
    await Promise.all([
      progress.step('PostgreSQL', () => ensurePostgres(installation), said),
      progress.step('NATS', () => ensureNats(installation, authority), said),
      progress.step('Redis', () => ensureRedis(installation), said),
    ]);
    await progress.step('migrations', () => ensureSchema(installation), said);
  } finally {
    endTurn();
  }
}
