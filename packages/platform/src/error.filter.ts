import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ServiceError, fromZodError, toServiceError, type ErrorCode } from '@nereid/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import type { Log } from './log';

/**
 * Turns whatever a controller throws into `{code, message, errors?, requestId}` with the code's status, and says when to come back where that may help. Logs
 * each error once.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = httpError(thrown);
    const about = { requestId: request.id, method: request.method, route: request.routeOptions?.url, code: error.code };
    if (error.status >= 500) this.log.error({ ...about, err: error.cause ?? error, context: error.context }, 'request failed');
    else this.log.debug({ ...about, why: error.message, context: error.context }, 'request refused');
    if (error.mayRetry) void reply.header('retry-after', Math.ceil(Number(error.context?.retryAfterMs ?? 1_000) / 1_000));
    void reply.status(error.status).send({ ...error.toWire(), requestId: request.id });
  }
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'InvalidContent',
  401: 'InvalidCredentials',
  403: 'NotAuthorized',
  404: 'ResourceNotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
};

/** Any thrown value as a ServiceError: ours as it is, zod's by field, Nest's and Fastify's by status, all else withheld. */
export function httpError(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  if (thrown instanceof ZodError) return fromZodError(thrown, 'request');
  const status = thrown instanceof HttpException ? thrown.getStatus() : (thrown as { statusCode?: unknown } | undefined)?.statusCode;
  const code = typeof status === 'number' ? byStatus[status] : undefined;
  if (code && thrown instanceof Error) return new ServiceError(code, thrown.message, { cause: thrown });
  return toServiceError(thrown);
}
