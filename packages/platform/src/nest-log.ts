import type { LoggerService } from '@nestjs/common';
import type { Log } from './log';

/** Nest's own lines (and those of `new Logger(...)`) as lines of ours. Its chatter about modules and routes is `debug`. */
export class NestLog implements LoggerService {
  constructor(private readonly to: Log) {}

  private write(level: 'debug' | 'info' | 'warn' | 'error' | 'trace' | 'fatal', message: unknown, params: unknown[]): void {
    const context = typeof params.at(-1) === 'string' ? { context: params.at(-1) } : {};
    if (message instanceof Error) this.to[level]({ ...context, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.to[level]({ ...context, ...message }, context.context as string);
    else this.to[level]({ ...context, ...(level === 'error' && params.length > 1 && { stack: params[0] }) }, String(message));
  }

  log(message: unknown, ...params: unknown[]): void {
    this.write('debug', message, params);
  }

  error(message: unknown, ...params: unknown[]): void {
    this.write('error', message, params);
  }

  warn(message: unknown, ...params: unknown[]): void {
    this.write('warn', message, params);
  }

  debug(message: unknown, ...params: unknown[]): void {
    this.write('debug', message, params);
  }

  verbose(message: unknown, ...params: unknown[]): void {
    this.write('trace', message, params);
  }

  fatal(message: unknown, ...params: unknown[]): void {
    this.write('fatal', message, params);
  }
}
