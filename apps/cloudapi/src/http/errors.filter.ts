import { ServiceError, cloudapi, toServiceError, type ErrorCode } from '@nereid/contracts';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { methodsOf } from './paths';

/** A destroyed instance was asked for: the answer is 410 with the instance itself, which clients wait for. */
export class MachineGone extends ServiceError {
  constructor(readonly machine: cloudapi.MachineObject) {
    super('Gone', `Instance ${machine.id} has been destroyed.`);
  }
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'InvalidContent',
  404: 'ResourceNotFound',
  405: 'MethodNotAllowed',
  413: 'RequestEntityTooLarge',
  414: 'InvalidArgument',
  415: 'UnsupportedMediaType',
  431: 'RequestEntityTooLarge',
};

/** Turns whatever was thrown into the API's errors: `{code, message, errors?}`, never a word of what is inside. */
@Catch()
export class ErrorsFilter implements ExceptionFilter {
  private readonly log = new Logger(ErrorsFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = published(thrown, request, reply);
    const status = cloudapi.wireStatus(error.code);
    if (status >= 500) {
      const { requestId, route } = request.cloud ?? {};
      this.log.error({ err: error.cause ?? error, code: error.code, context: error.context, requestId, route: route?.name });
    }
    if (error.mayRetry) void reply.header('Retry-After', Number(error.context?.retryAfterSeconds ?? 1));
    const body =
      error instanceof MachineGone
        ? error.machine
        : { code: cloudapi.wireErrors[error.code].code, message: error.message, ...(error.errors?.length && { errors: error.errors }) };
    void reply.status(status).type('application/json').send(JSON.stringify(body));
  }
}

function published(thrown: unknown, request: FastifyRequest, reply: FastifyReply): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  if (!(thrown instanceof HttpException)) return toServiceError(thrown);
  const status = thrown.getStatus();
  if (status === 404) {
    const methods = methodsOf(request.raw.url ?? '/');
    if (methods.length === 0) return new ServiceError('ResourceNotFound', `There is no ${(request.raw.url ?? '').slice(0, 200)} here.`);
    void reply.header('Allow', methods.join(', '));
    return new ServiceError('MethodNotAllowed', `${request.method} is not possible here; ${methods.join(', ')} is.`);
  }
  const code = byStatus[status];
  return code ? new ServiceError(code, messageOf(code)) : toServiceError(thrown);
}

function messageOf(code: ErrorCode): string {
  return cloudapi.wireErrors[code].when;
}
