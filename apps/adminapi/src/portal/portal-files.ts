import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { extname, join, relative } from 'node:path';

/** A file of the built portal. */
export interface PortalFile {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  /** Its name holds a digest of its content: it never changes. */
  readonly isImmutable: boolean;
  /** The same, compressed when the portal was built. */
  readonly compressed: Readonly<Partial<Record<Encoding, string>>>;
}

export type Encoding = 'br' | 'gzip';
const extensions: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** The folder that apps/adminui builds. It is listed once, and again when index.html is another: only what was listed is ever served. */
export class PortalFiles {
  private listedFor: number | undefined;
  private files = new Map<string, PortalFile>();
  private inlineScripts: string[] = [];

  constructor(private readonly directory: string | undefined) {}

  /** A file by its URL's path, `/assets/index-5f2c….js`. */
  find(urlPath: string): PortalFile | undefined {
    this.list();
    return this.files.get(urlPath);
  }

  /** The page; undefined when the portal has not been built. */
  get index(): PortalFile | undefined {
    return this.find('/index.html');
  }

  /** Digests of the scripts that stand in the page itself, as its policy names them. */
  get inlineScriptHashes(): readonly string[] {
    this.list();
    return this.inlineScripts;
  }

  private list(): void {
    const index = this.directory === undefined ? undefined : join(this.directory, 'index.html');
    const changedAt = index === undefined ? undefined : statSync(index, { throwIfNoEntry: false })?.mtimeMs;
    if (changedAt === this.listedFor) return;
    this.listedFor = changedAt;
    this.files = new Map(index === undefined || changedAt === undefined ? [] : filesIn(this.directory!));
    this.inlineScripts = this.files.size === 0 ? [] : hashesOfInlineScripts(readFileSync(index!, 'utf8'));
  }
}

function filesIn(directory: string): [string, PortalFile][] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const type = types[extname(path)];
    if (!type) return []; // what is compressed is found beside its original; source maps and the like are nobody's business
    const urlPath = `/${relative(directory, path)}`;
    const compressed = Object.fromEntries(
      Object.entries(extensions).flatMap(([encoding, extension]) => (existsSync(path + extension) ? [[encoding, path + extension]] : [])),
    );
    const etag = `"${createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)}"`;
    return [[urlPath, { path, type, etag, isImmutable: urlPath.startsWith('/assets/'), compressed }]];
  });
}

function hashesOfInlineScripts(html: string): string[] {
  return [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi)].map(
    ([, script]) => `'sha256-${createHash('sha256').update(script!).digest('base64')}'`,
  );
}
