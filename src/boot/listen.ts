import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Env } from '../config/env.schema.js';
import { StartError } from './start.error.js';

/** Listens where HOST and PORT say. Out: the port, also where PORT is 0. Throws a sentence when it is not to be had. */
export async function listen(app: NestExpressApplication, { HOST, PORT }: Env): Promise<number> {
  try {
    await app.listen(PORT, HOST);
  } catch (cause) {
    throw new StartError(explain((cause as NodeJS.ErrnoException).code, HOST, PORT) ?? String(cause), {
      cause,
    });
  }
  const address = app.getHttpServer().address() as { port: number };
  return address.port;
}

function explain(code: string | undefined, host: string, port: number): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken, perhaps by this service running already. Stop what uses it, or set PORT to another number (0 takes a free one).`;
    case 'EACCES':
      return `Port ${port} may not be used by this user. Set PORT to a number above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST is ${host}, and this machine has no such address. Set HOST to 0.0.0.0 for every address.`;
    default:
      return undefined;
  }
}
