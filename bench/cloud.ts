import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudClient } from '@nereid/client';
import { loadPrivateKey } from '@nereid/http-signature';
import { administrator, customerOf, doorsOf, Installation, removeState, stopAll, up, type UpOptions } from '@nereid/infra-local';
import { Progress } from '@nereid/infra-local/progress';
import { SystemClock } from '@nereid/ports';
import { Client } from 'pg';

/**
 * A cloud of its own for a measurement: the same programs and settings as `./dev up`, with its state in a temporary folder. It ends with the
 * measurement, also when that is interrupted.
 */
export class BenchCloud {
  private constructor(
    readonly installation: Installation,
    readonly client: CloudClient,
    /** The database, as its administrator: for reading after the fact what happened when. */
    readonly db: Client,
  ) {}

  /** Runs `measure` in a fresh cloud and removes the cloud afterwards, whatever happens. */
  static async use<T>(options: Partial<UpOptions>, measure: (cloud: BenchCloud) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'nereid-bench-'));
    const installation = Installation.ensure(folder);
    let removing: Promise<void> | undefined;
    const removeAll = async (): Promise<void> => {
      await stopAll(installation);
      removeState(installation);
      rmSync(folder, { recursive: true, force: true });
    };
    // Once: an interrupted measurement fails when its cloud goes, and comes to its own end while that is under way.
    const remove = (): Promise<void> => (removing ??= removeAll());
    const interrupted = (): void => void remove().finally(() => process.exit(130));
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    let cloud: BenchCloud | undefined;
    try {
      const progress = new Progress(() => undefined);
      const all = { simulatedServers: 0, isProcessPerApp: false, hasRealNode: false, ...options };
      await up(all, async () => 'built before', progress, installation);
      cloud = new BenchCloud(installation, await clientOf(installation), await databaseOf(installation));
      return await measure(cloud);
    } finally {
      cloud?.client.close();
      await cloud?.db.end();
      if (process.env['NEREID_BENCH_KEEP_LOGS']) keepLogs(installation, process.env['NEREID_BENCH_KEEP_LOGS']);
      await remove();
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    }
  }

  /** Rows of a query. */
  async sql<Row extends object>(text: string, params: readonly unknown[] = []): Promise<Row[]> {
    return (await this.db.query<Row>(text, [...params])).rows;
  }

  /** The recorded programs of the cloud: name and first process. */
  programs(): { readonly name: string; readonly pid: number }[] {
    return this.installation.processes.all().map(({ name, pid }) => ({ name, pid }));
  }
}

function keepLogs(installation: Installation, folder: string): void {
  cpSync(installation.path('log'), folder, { recursive: true, dereference: true });
}

async function clientOf(installation: Installation): Promise<CloudClient> {
  const customer = customerOf(installation);
  const { privateKey, publicKey } = loadPrivateKey(readFileSync(customer.privateKeyFile, 'utf8'));
  return new CloudClient({
    url: (await doorsOf(installation)).cloudapi,
    signer: { keyId: `/${customer.login}/keys/${customer.fingerprint}`, privateKey, keyType: publicKey.type },
    ca: readFileSync(installation.path('ca', 'ca.pem'), 'utf8'),
    clock: new SystemClock(),
    connections: 64,
  });
}

async function databaseOf(installation: Installation): Promise<Client> {
  const { host, port, database, user, passwordFile } = await administrator(installation);
  const client = new Client({ host, port, database, user, password: readFileSync(passwordFile, 'utf8') });
  // Its server may be stopped under it; what is asked of it then fails, and an event without a listener would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
