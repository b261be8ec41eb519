import { createServer } from 'node:net';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../scripts/lib/run.mjs';
import { startProgram } from './program.mjs';
import { JWT_SECRET } from './users.mjs';

/** The programs that are measured: the service, and the bare programs that it is measured against. */
const BASELINES = [
  'relay-langchain',
  'relay-hand',
  'relay-hand-nostore',
  'idle-socketio',
  'idle-ws',
  'replay',
];
const SERVICES = {
  service: join(ROOT, 'dist', 'server', 'main.js'),
  'service-without-log': join(ROOT, 'bench', 'service-without-log.mjs'),
  'service-with-tool': join(ROOT, 'bench', 'service-with-tool.mjs'),
};

/**
 * Starts one of them.
 * In: the bench's surroundings, the name, the answers of its model: `{ tokens, delay, calls, markdown }`, delay in
 * milliseconds, calls of a tool before it, whether it has code and tables, and for the service more of its environment. Out: `{ name, url, path, program }`, `path` being that of socket.io.
 */
export async function startSubject(
  around,
  name,
  { tokens = 20, delay = 0, calls = 0, markdown = false, env = {} } = {},
) {
  const kind = `${calls > 0 ? '/tool' : ''}${markdown ? '/md' : ''}`;
  const model = `${around.modelUrl}/t${tokens}/d${delay}${kind}/v1`;
  const { program, path } =
    name in SERVICES
      ? await startService(around, name, model, env)
      : await startBaseline(around, name, model);
  return { name, url: `http://127.0.0.1:${program.port}`, path, program };
}

async function startBaseline({ place, databaseUrl }, name, model) {
  if (!BASELINES.includes(name)) throw new Error(`There is no baseline ${name}`);
  const program = await startProgram({
    name,
    file: join(ROOT, 'bench', 'baseline', `${name}.mjs`),
    place,
    env: { MODEL_URL: model, DATABASE_URL: databaseUrl },
  });
  return { program, path: '/socket.io' };
}

/** Runs in a folder of its own, so that no .env of the checkout changes what is measured. */
async function startService({ place, databaseUrl, folder }, name, model, more) {
  const cwd = join(folder, 'service');
  mkdirSync(cwd, { recursive: true });
  const port = await freePort();
  const program = await startProgram({
    name,
    file: SERVICES[name],
    cwd,
    place,
    env: {
      ENV: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'warn',
      ENABLE_CONVERSATION_TITLES: 'false',
      JWT_SECRET,
      DATABASE_URL: databaseUrl,
      DATA_DIR: join(cwd, 'data'),
      OPENAI_BASE_URL: model,
      RATE_LIMIT_PER_MINUTE: '1000000',
      MAX_CONCURRENT_CONNECTIONS: '10000',
      MAX_CONNECTIONS_PER_USER: '10000',
      MAX_CONNECTIONS_PER_ADDRESS: '10000',
      ENABLE_METRICS: 'true',
      ...more,
    },
    probe: () => untilHealthy(port),
  });
  const workers = Number(more.WORKERS ?? 1);
  while (workers > 1 && (await program.listening()) < workers) await sleep(50);
  return { program, path: '/chat/socket.io' };
}

async function untilHealthy(port) {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (response?.ok) return { port };
    await sleep(50);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
