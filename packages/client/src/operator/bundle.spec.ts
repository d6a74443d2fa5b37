import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** The portal runs in a browser and counts its kilobytes. */
it('the client of the operators’ API is for browsers: no module of Node, no zod, few kilobytes', () => {
  const packages = join(__dirname, '..', '..', '..');
  const { outputFiles, metafile } = buildSync({
    entryPoints: [join(packages, 'client', 'src', 'operator.ts')],
    alias: { '@nereid/contracts/light': join(packages, 'contracts', 'src', 'light.ts') },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    platform: 'browser', // an import of node:… fails the build
  });
  expect(Object.keys(metafile.inputs).filter((file) => /node_modules/.test(file))).toEqual([]);
  expect(outputFiles[0]!.contents.length).toBeLessThan(16 * 1024);
});
