import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstanceWaits } from '@nereid/client/instance-waits';
import { SystemClock, type Clock } from '@nereid/ports/clock';
import type { Cloud } from './cloud/cloud';
import { ConfigDirectory } from './config/directory';
import type { Environment } from './config/environment';
import type { Profile } from './config/profile';
import { Profiles, type ProfileOverrides } from './config/profiles';
import { findKey, type KeyPlaces } from './keys/key-ring';
import { signerFor } from './keys/signer';
import type { Query } from './output/show-queried';
import type { Programs } from './ports/programs';
import type { Terminal } from './ports/terminal';
import { OwnFolder, cacheFolder } from './start/own-folder';

/** What stood before the command. */
export interface GlobalOptions {
  readonly profile: string | undefined;
  readonly overrides: ProfileOverrides;
  readonly isVerbose: boolean;
  /** Version of the API to ask for instead of the usual. */
  readonly acceptVersion: string | undefined;
}

/** Everything a command runs with. Profile and connection are made when they are first asked for. */
export class Context {
  readonly clock: Clock = new SystemClock();
  readonly config: ConfigDirectory;
  readonly profiles: Profiles;
  private openCloud: Promise<Cloud> | undefined;
  private openWaits: Promise<InstanceWaits> | undefined;

  constructor(
    readonly env: Environment,
    readonly terminal: Terminal,
    readonly programs: Programs,
    readonly global: GlobalOptions,
    /** The command as errors and help show it: `nereid instance get`. */
    readonly program: string,
    /** What `--query` makes of everything that is shown. */
    readonly query: Query | undefined = undefined,
  ) {
    this.config = ConfigDirectory.of(env);
    this.profiles = new Profiles(this.config, env);
  }

  /** @throws CliError `Config` */
  profile(): Profile {
    return this.profiles.current(this.global.profile, this.global.overrides);
  }

  get keyPlaces(): KeyPlaces {
    return { agentSocket: this.env['SSH_AUTH_SOCK'], folder: join(this.env['HOME'] ?? '.', '.ssh') };
  }

  /** The customers' API, signing with the profile's key. @throws CliError `Config`, `Signing` */
  cloud(): Promise<Cloud> {
    return (this.openCloud ??= this.open());
  }

  /** Waits for instances; all of one command share a changefeed. */
  instanceWaits(): Promise<InstanceWaits> {
    return (this.openWaits ??= this.makeWaits());
  }

  async close(): Promise<void> {
    await (await this.openWaits?.catch(() => undefined))?.close();
    // What could not be opened needs no closing; who asked for it has been told.
    (await this.openCloud?.catch(() => undefined))?.close();
  }

  private async makeWaits(): Promise<InstanceWaits> {
    const [{ instanceWaits }, cloud] = await Promise.all([import('./waiting/instance-waits.ts'), this.cloud()]);
    return instanceWaits(cloud, this.clock);
  }

  private async open(): Promise<Cloud> {
    // Help and completion of words ask nobody; what TLS needs takes Node longer to load than all the rest.
    const [{ Cloud }, { SignedConnection }, { SessionFile }] = await Promise.all([
      import('./cloud/cloud.ts'),
      import('@nereid/client/signed-connection'),
      import('./cloud/session-file.ts'),
    ]);
    const profile = this.profile();
    const { account, user, keyId, url, insecure } = profile;
    const signAs = user === undefined ? `/${account}/keys/${keyId}` : `/${account}/users/${user}/keys/${keyId}`;
    const sign = await signerFor(signAs, await findKey(keyId, this.keyPlaces), this.terminal);
    const { acceptVersion } = this.global;
    const authority = this.authority();
    const connection = new SignedConnection({
      url,
      sign: acceptVersion
        ? (request, now) => sign({ ...request, headers: { ...request.headers, 'accept-version': acceptVersion } }, now)
        : sign,
      clock: this.clock,
      ...authority,
      isInsecure: insecure === true,
      session: new SessionFile(new OwnFolder(cacheFolder(this.env)), url, authority.ca),
    });
    return new Cloud(profile, connection);
  }

  /** The authority to trust instead of the system's, where one is named. */
  authority(): { ca?: string } {
    const file = this.env['NEREID_CA_FILE'];
    return file ? { ca: readFileSync(file, 'utf8') } : {};
  }
}
