// One file to copy to a server.
import { writeFile } from 'node:fs/promises';
import { bundle } from '../../config/bundle.mjs';

await bundle('agent', 'agent.js', { sourcemap: 'linked' });
// `dist/main.js` as in every other app, for what starts apps by that name.
await writeFile(new URL('dist/main.js', import.meta.url), "require('./agent.js');\n");
