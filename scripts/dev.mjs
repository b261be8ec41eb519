/** `npm run dev`: builds server and widget on every change and restarts the service. */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { forgetBuilds, PARTS } from './lib/build.mjs';
import { checkNode, ensureDependencies } from './lib/dependencies.mjs';
import { ROOT, run, say, script } from './lib/run.mjs';

/** Milliseconds. */
const SETTLE = 300;
const LOOK_AGAIN = 700;

/** The service: one at a time; a restart asked for while one is under way happens once, after it. */
class Service {
  child;
  stopping = false;
  settling;

  /** Restarts once nothing has asked for it for a moment. */
  restartSoon() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => void this.restart(), SETTLE);
  }

  async restart() {
    await this.stop();
    if (this.stopping || this.child) return;
    say('\nStarting the service ...');
    this.child = spawn(process.execPath, ['--enable-source-maps', join('dist', 'server', 'main.js')], {
      cwd: ROOT,
      stdio: 'inherit',
      detached: true,
    });
    this.child.once('exit', (code, signal) => {
      this.child = undefined;
      if (code)
        say(
          `The service ended (${signal ?? `exit code ${code}`}); it is started again after the next change.`,
        );
    });
  }

  async stop() {
    const { child } = this;
    if (!child) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
  }
}

await script(async () => {
  checkNode();
  await ensureDependencies();
  forgetBuilds();
  const service = new Service();
  const builders = [watchServer(service), watchWidget(service)];
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      service.stopping = true;
      for (const builder of builders) builder.kill();
      await service.stop();
      process.exit(0);
    });
  }
});

/** The compiler itself says when all of its output is written. */
function watchServer(service) {
  const [server] = PARTS;
  const flags = ['--watch', '--watchAssets', '--preserveWatchOutput'];
  const compiler = spawn(process.execPath, [...server.command, ...flags], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  compiler.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    text = (text + chunk).slice(-200);
    if (!/Found 0 errors?\. Watching/.test(text)) return;
    text = '';
    service.restartSoon();
  });
  compiler.once('exit', (code) => code && process.exit(code));
  return compiler;
}

/**
 * The widget is built as a whole, and the service reads its files when it starts. Looking at the times of some
 * dozen files finds every kind of change; watching folders misses files that an editor replaces.
 */
function watchWidget(service) {
  const [, widget] = PARTS;
  let [seen, building] = ['', false];
  const look = async () => {
    const now = timesOf('widget');
    if (building || now === seen) return;
    [seen, building] = [now, true];
    const { code } = await run(process.execPath, widget.command);
    building = false;
    if (code === 0 && service.child) service.restartSoon();
  };
  void look();
  const timer = setInterval(() => void look(), LOOK_AGAIN);
  return { kill: () => clearInterval(timer) };
}

function timesOf(folder) {
  const files = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((file) => `${file} ${statSync(file, { throwIfNoEntry: false })?.mtimeMs}`)
    .join('\n');
}
