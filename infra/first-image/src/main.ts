import { makeFirstImage } from './first-image';

/** `node dist/main.js <out folder> <owner's UUID> [<unpacked root> …]`: makes the image and prints what it is as one line of JSON. */
async function main(): Promise<void> {
  const [outDir, owner, ...unpackedRoots] = process.argv.slice(2);
  if (!outDir || !owner) throw new Error('usage: main.js <out folder> <owner> [<unpacked root> …]');
  process.stdout.write(`${JSON.stringify(await makeFirstImage({ outDir, owner, unpackedRoots }))}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
