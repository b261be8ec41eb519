import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serverUrl } from '../support/postgres.js';

const ROOT = resolve(__dirname, '../..');
const RESULTS = join(ROOT, '.cache', 'bench', 'results-quick.json');
const LIMIT = 400_000;
/** One of each kind; `npm run bench -- --quick` tries them all. */
const MEASURES = ['messages', 'crew-call', 'cross-node', 'widget'];

interface Claim {
  readonly id: string;
  readonly text: string;
  readonly values: readonly number[];
  readonly median: number;
  readonly aim?: object;
  readonly met?: boolean;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function bench(...args: string[]): Promise<Ended> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(ROOT, 'bench', 'run.mjs'), ...args], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATABASE_URL: serverUrl() },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    child.once('error', failed);
    child.once('close', (code) => done({ code, output }));
  });
}

describe('the bench', () => {
  it(
    'measures the service against bare programs and against itself, and says of every claim whether its aim is met',
    async () => {
      const { code, output } = await bench('--quick', ...MEASURES.flatMap((name) => ['--only', name]));
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toMatch(/Making 8 kB durable in .+ takes [\d.]+ ms at the median/);
      const { claims } = JSON.parse(readFileSync(RESULTS, 'utf8')) as { claims: Claim[] };
      expect(claims.map((claim) => claim.id)).toEqual(
        expect.arrayContaining([
          'messages.50.cpuPerMessage.relay-langchain',
          'messages.50.perSecond.relay-langchain',
          'messages.50.cpuPerMessage.relay-hand-nostore',
          'crew-call.median',
          'cross-node.delay.p50',
          'cross-node.later.p99',
          'widget.opening',
          'widget.stream.longest',
        ]),
      );
      for (const claim of claims) {
        expect(claim.values.length).toBeGreaterThan(0);
        const least = /^(cross-node|widget)\./.test(claim.id) ? -Infinity : 0;
        for (const value of claim.values) expect(Number.isFinite(value) && value > least).toBe(true);
        const line = output.split('\n').find((text) => text.startsWith(claim.text));
        expect(line).toContain(claim.median.toFixed(2));
        expect(line).toMatch(claim.aim === undefined ? /none$/ : claim.met ? /: met$/ : /: NOT MET$/);
      }
    },
    LIMIT,
  );

  it(
    'fills a database and measures pages and sends of it, alone',
    async () => {
      const { code, output } = await bench('--quick', '--only', 'million');
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toContain('4000 messages in 80 conversations');
      const { claims } = JSON.parse(readFileSync(RESULTS, 'utf8')) as { claims: Claim[] };
      expect(claims.map((claim) => claim.id)).toEqual(
        expect.arrayContaining([
          'million.send.buffers',
          'million.history',
          'million.search',
          'million.search.whole',
        ]),
      );
      const { code: refused, output: sentence } = await bench('--only', 'million', '--only', 'messages');
      expect(refused).toBe(1);
      expect(sentence).toContain('million fills the database of its run: give it alone.');
    },
    LIMIT,
  );

  it('names the measures that there are when asked for another', async () => {
    const { code, output } = await bench('--only', 'nothing');
    expect(code).toBe(1);
    expect(output).toContain(
      'messages, first-token, memory, live-answers, selection, crew-call, tool-step, workers, cross-node, resume, durability, widget, million',
    );
  });
});
