import type { LoggerService } from '@nestjs/common';
import type { Level, Logger } from 'pino';

/** What the framework says at every start for every module and route. */
const CHATTY = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'WebSocketsController',
  'NestFactory',
]);

/**
 * Lets Nest's `Logger` write through pino. A call is `(message | fields, ...more, context)`:
 * fields are kept as fields, a stack becomes the error's.
 */
export class PinoNestLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...more: unknown[]): void {
    this.write(CHATTY.has(String(more.at(-1))) ? 'debug' : 'info', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.write('error', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.write('trace', message, more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.write('fatal', message, more);
  }

  private write(level: Level, message: unknown, more: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const context = typeof more.at(-1) === 'string' ? more.at(-1) : undefined;
    const rest = context === undefined ? more : more.slice(0, -1);
    const fields: Record<string, unknown> = context === undefined ? {} : { context };
    const texts: string[] = [];
    for (const part of [message, ...rest]) {
      if (part instanceof Error) fields['err'] = part;
      else if (isStack(part)) fields['err'] ??= { stack: part };
      else if (isFields(part)) Object.assign(fields, part);
      else if (typeof part === 'string') texts.push(part);
      else if (part !== undefined) fields['value'] = part;
    }
    this.pino[level](fields, texts.join(' ') || undefined);
  }
}

function isStack(part: unknown): part is string {
  return typeof part === 'string' && /\n\s+at /.test(part);
}

function isFields(part: unknown): part is Record<string, unknown> {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}
