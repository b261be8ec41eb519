import { parseArgs } from 'node:util';
import { startModelServer } from './model-server.js';

/** Runs the model server on its own: `--port 0 --tokens 20 --delay 0`; prints its address as one line of JSON. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      tokens: { type: 'string', default: '20' },
      delay: { type: 'string', default: '0' },
    },
  });
  const server = await startModelServer({
    port: Number(values.port),
    tokens: Number(values.tokens),
    delayMs: Number(values.delay),
  });
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
}

void main();
