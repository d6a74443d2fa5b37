import { writeSync } from 'node:fs';
import { SystemClock, SystemIds, SystemRandom } from '@nereid/ports';
import { handshakeLine, isStartedByTerraform } from './plugin/handshake';
import { lazyHandlers } from './plugin/lazy-handlers';
import { PluginServer } from './plugin/plugin-server';

// Terraform starts this program three to five times a command and waits for one line each time, so nothing is loaded before that line which
// can wait: the API's client and contracts come with the first call.

const parentLooksMs = 1_000;

async function main(): Promise<void> {
  if (!isStartedByTerraform(process.env)) {
    process.stderr.write('This is a provider: Terraform starts it. See `./dev help`, verb terraform, or docs/how-to/use-terraform.md.\n');
    process.exitCode = 1;
    return;
  }
  // Ctrl-C reaches the whole group; Terraform says in its own time what is to end.
  process.on('SIGINT', () => undefined);
  const provider = lazyHandlers(async () => {
    const { makeProvider } = await import('./provider/offered.js');
    return makeProvider({ clock: new SystemClock(), ids: new SystemIds(), random: new SystemRandom(), env: process.env });
  });
  const server = new PluginServer({
    clientCertificate: process.env['PLUGIN_CLIENT_CERT'] || undefined,
    socketDirectory: process.env['PLUGIN_UNIX_SOCKET_DIR'] || undefined,
    provider: provider.handlers,
    onShutdown: () => exit(),
  });
  const exit = (): void => {
    server.close();
    process.exit(0);
  };
  writeSync(1, handshakeLine(await server.listen()));
  provider.load();

  // A Terraform that was killed says nothing; without it there is nobody to work for.
  const parent = process.ppid;
  new SystemClock().every(parentLooksMs, () => {
    if (process.ppid !== parent) exit();
  });
}

void main();
