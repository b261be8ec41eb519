/** `npm run dev`: builds server and widget on every change and restarts the service. */
import { spawn } from 'node:child_process';
import { mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { forgetBuilds, PARTS } from './lib/build.mjs';
import { checkNode, ensureDependencies } from './lib/dependencies.mjs';
import { ROOT, say, script } from './lib/run.mjs';

const SETTLE = 300;

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

/** The service reads the widget's files when it starts. */
function watchWidget(service) {
  const [, widget] = PARTS;
  const folder = join(ROOT, widget.result);
  mkdirSync(folder, { recursive: true });
  const bundler = spawn(process.execPath, [...widget.command, '--watch'], { cwd: ROOT, stdio: 'inherit' });
  watch(folder, () => {
    if (service.child) service.restartSoon();
  });
  return bundler;
}
