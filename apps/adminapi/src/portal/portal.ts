import { createReadStream } from 'node:fs';
import { ServiceError } from '@nereid/contracts';
import { CONFIG } from '@nereid/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminapiConfig } from '../config';
import { hasAlready } from '../http/etag';
import { contentPolicy, pageHeaders } from './content-policy';
import { PortalFiles, type Encoding, type PortalFile } from './portal-files';

/** Serves what apps/adminui built: its files, and its page for every address that a browser is sent to. */
@Injectable()
export class Portal {
  private readonly files: PortalFiles;

  constructor(@Inject(CONFIG) config: Pick<AdminapiConfig, 'portal'>) {
    this.files = new PortalFiles(config.portal?.directory);
  }

  /** Whether a browser wants a page to show: addresses of the portal and of the API may be the same. */
  wantsPage({ method, headers }: FastifyRequest): boolean {
    return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/.test(headers.accept ?? '');
  }

  /** @throws ResourceNotFound it is no file of the portal, and no page was asked for */
  serve(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const path = request.url.split('?')[0]!;
    const file = path === '/' ? this.files.index : this.files.find(path);
    if (file) return this.send(file, request, reply);
    if (path !== '/' && (!this.wantsPage(request) || path.startsWith('/assets/'))) {
      throw new ServiceError('ResourceNotFound', 'There is nothing here.');
    }
    const page = this.files.index;
    return page ? this.send(page, request, reply) : notBuilt(reply);
  }

  private send(file: PortalFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const encoding = acceptedEncoding(request.headers['accept-encoding'], file);
    void reply.headers({
      ...pageHeaders,
      'vary': 'accept, accept-encoding',
      'etag': file.etag,
      'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    if (file.type.startsWith('text/html')) void reply.header('content-security-policy', contentPolicy(this.files.inlineScriptHashes));
    if (hasAlready(request.headers['if-none-match'], file.etag)) return reply.status(304).send();
    if (encoding) void reply.header('content-encoding', encoding);
    return reply.type(file.type).send(createReadStream(encoding ? file.compressed[encoding]! : file.path));
  }
}

function acceptedEncoding(accepted: string | undefined, { compressed }: PortalFile): Encoding | undefined {
  return (['br', 'gzip'] as const).find(
    (encoding) => compressed[encoding] !== undefined && new RegExp(`\\b${encoding}\\b`).test(accepted ?? ''),
  );
}

function notBuilt(reply: FastifyReply): FastifyReply {
  const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Nereid</title>
<h1>The portal has not been built</h1>
<p>This is the operators' door of a Nereid cloud; its API answers. For the portal, run <code>./dev build</code> and load this page again, or set
<code>portal.directory</code> of adminapi to where the portal was built.</p>
</html>
`;
  void reply.headers({ ...pageHeaders, 'content-security-policy': contentPolicy([]), 'cache-control': 'no-store' });
  return reply.status(503).type('text/html; charset=utf-8').send(page);
}
