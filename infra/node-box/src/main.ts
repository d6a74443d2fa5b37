import { startBox } from './start-box';

/** `main.ts <installation> <index> <state folder> <address file> -- <agent argv …>`: starts a box in the background and prints it as JSON. */
async function main(): Promise<void> {
  const split = process.argv.indexOf('--');
  const [installation, index, stateDir, addressFile] = process.argv.slice(2, split);
  const agentArgv = process.argv.slice(split + 1);
  if (split < 0 || !installation || !index || !stateDir || !addressFile || !agentArgv[0]) {
    throw new Error('usage: main.ts <installation> <index> <state folder> <address file> -- <agent argv …>');
  }
  const box = await startBox({ installation, index: Number(index), stateDir, addressFile, agentArgv: agentArgv as [string, ...string[]] });
  process.stdout.write(`${JSON.stringify({ ...box, stop: undefined })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
