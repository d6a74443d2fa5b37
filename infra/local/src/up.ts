import { ensureAuthority, ensureNats, ensurePostgres, ensureRedis, ensureSchema } from './basics';
import { ensureBusCredentials } from './bus-credentials';
import { getPackages } from './debian-packages';
import { customerOf, writeCustomerTools } from './customer';
import { ensureFirstImage } from './first-image';
import { Installation } from './installation';
import { ensureNodeFacingAddress, whyNoRealNode } from './node-facing-address';
import { Progress } from './progress';
import { ensureRealNodes, stopRealNodes } from './real-node';
import { seed } from './seed';
import { doorsOf } from './service-config';
import { ensureServices } from './services';
import { ensureSimulatedServers, type Simulation } from './simulated-servers';
import { firstNetworks, tagsOfSimulated } from './subnets';
import { waitForServers } from './wait-for-servers';

export interface UpOptions {
  readonly simulatedServers: number;
  readonly isProcessPerApp: boolean;
  readonly hasRealNode: boolean;
  /** How many real nodes, where there are any; 1 unless told. */
  readonly realNodes?: number;
  /** How the simulated servers behave, where not as real ones: for measurements whose subject they are not. */
  readonly simulation?: Simulation;
}

/** Builds what has changed and answers a remark; given by the caller, whose subject the tools of the repository are. */
export type Build = () => Promise<string>;

/**
 * Brings a cloud up, this checkout's unless told. Safe to repeat and to interrupt: every step looks at what is there. The programs are this
 * checkout's in any case.
 */
export async function up(
  options: UpOptions,
  build: Build,
  progress: Progress,
  installation = Installation.ensure(),
): Promise<Installation> {
  const endTurn = installation.takeTurn('up');
  try {
    installation.claimNames();
    await startBasics(installation, build, progress, options);
    return installation;
  } finally {
    endTurn();
  }
}

async function startBasics(installation: Installation, build: Build, progress: Progress, options: UpOptions): Promise<void> {
  const boxes = options.hasRealNode ? (options.realNodes ?? 1) : 0;
  const simulation = { nicTags: tagsOfSimulated(boxes), ...options.simulation };
  const said = (remark: string): string => remark;
  await progress.step('Debian packages', async () => getPackages(installation.as.isRoot), said);
  await progress.step('build', build, said);
  ensureNodeFacingAddress(installation);
  const authority = await progress.step('certificate authority', () => ensureAuthority(installation));
  await Promise.all([
    progress
      .step('PostgreSQL', () => ensurePostgres(installation), said)
      .then(() => progress.step('migrations', () => ensureSchema(installation), said)),
    progress.step('NATS', () => ensureNats(installation, authority), said),
    progress.step('Redis', () => ensureRedis(installation), said),
    progress.step('bus credentials', () => ensureBusCredentials(installation), said),
  ]);
  await progress.step('services', () => ensureServices(installation, authority, options.isProcessPerApp), said);
  const customer = await progress.step('customer, packages, network', () => seed(installation, firstNetworks(installation, boxes)));
  await progress.step('first image', () => ensureFirstImage(installation, customer), said);
  await progress.step(
    'simulated servers',
    () => ensureSimulatedServers(installation, authority, options.simulatedServers, simulation),
    said,
  );
  const whyNot = boxes > 0 ? whyNoRealNode() : '--no-node';
  if (whyNot === undefined) await progress.step('real Linux node', () => ensureRealNodes(installation, authority, boxes), said);
  else await stopRealNodes(installation);
  const servers = options.simulatedServers + (whyNot === undefined ? boxes : 0);
  await progress.step('servers up', () => waitForServers(installation, servers), said);
  if (whyNot !== undefined && boxes > 0) progress.note(`\nNo real Linux node on this machine; missing: ${whyNot}. Simulated servers only.`);
  writeCustomerTools(customerOf(installation), (await doorsOf(installation)).cloudapi);
}
