import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const CONFIG = '.dependency-cruiser.cjs';
const rules = (require(join(ROOT, CONFIG)) as { forbidden: { name: string; comment: string }[] }).forbidden;

/** Rule -> a file that breaks it, and the line by which it does. */
const BROKEN: Readonly<Record<string, readonly [file: string, line: string]>> = {
  'ground-common': ['src/common/a.ts', `import '../auth/principal.js';`],
  'ground-config': ['src/config/a.ts', `import '../database/scope.js';`],
  'ground-database': ['src/database/a.ts', `import '../redis/fan-out.js';`],
  'ground-redis': ['src/redis/a.ts', `import '../runs/runs.service.js';`],
  'ground-audit': ['src/audit/a.ts', `import '../chat/chat.service.js';`],
  'ground-monitoring-metrics': ['src/monitoring/metrics/a.ts', `import '../../runs/runs.service.js';`],
  'typeorm-stays-below': ['src/runs/typeorm.service.ts', `import { In } from 'typeorm';\nexport { In };`],
  'nestjs-typeorm-stays-below': [
    'src/runs/nestjs.service.ts',
    `import { InjectRepository } from '@nestjs/typeorm';\nexport { InjectRepository };`,
  ],
  'pg-in-database': ['src/runs/pg.repository.ts', `import pg from 'pg';\nexport { pg };`],
  'langchain-in-llm-and-agents': [
    'src/chat/model.ts',
    `import type { BaseMessage } from '@langchain/core/messages';\nexport type M = BaseMessage;`,
  ],
  'sockets-in-gateways': [
    'src/runs/sockets.ts',
    `import type { Socket } from 'socket.io';\nexport type S = Socket;`,
  ],
  'redis-in-redis': [
    'src/usage/limits.ts',
    `import { createClient } from 'redis';\nexport { createClient };`,
  ],
  'edges-call-services': ['src/runs/runs.controller.ts', `import './runs.repository.js';`],
  'nothing-calls-the-edge': ['src/runs/back.service.ts', `import './runs.controller.js';`],
  'repositories-know-entities-only': ['src/runs/up.repository.ts', `import './runs.service.js';`],
  'no-foreign-entity-or-repository': ['src/chat/peek.service.ts', `import '../runs/runs.repository.js';`],
  'no-cycles': ['src/common/one.ts', `import type { Two } from './two.js';\nexport type One = Two;`],
  'nothing-unresolvable': ['src/common/lost.ts', `import './nowhere.js';`],
  'src-ships-without-dev-dependencies': [
    'src/common/dev.ts',
    `import { marked } from 'marked';\nexport { marked };`,
  ],
  'src-does-not-import-tests': ['src/common/fake.ts', `import '../../test/support/fake.js';`],
  'root-wires-modules-only': ['src/chat/root.ts', `import '../app.module.js';`],
  'widget-knows-contracts-only': [
    'widget/src/a.ts',
    `import type { R } from '../../src/runs/runs.service.js';\nexport type X = R;`,
  ],
  'widget-takes-types-only': [
    'widget/src/b.ts',
    `import { Message } from '../../src/chat/chat.contract.js';\nexport { Message };`,
  ],
  ...Object.fromEntries(
    rules
      .map(({ name }) => name)
      .filter((name) => name.startsWith('arrow-'))
      .map((name) => {
        const feature = name.slice('arrow-'.length);
        const forbidden = feature === 'privacy' ? 'widget/widget.service' : 'privacy/privacy.service';
        return [name, [`src/${feature}/astray.ts`, `import '../${forbidden}.js';`]];
      }),
  ),
};

/** Files that use every arrow as it is meant; none may be refused. */
const SOUND: Readonly<Record<string, string>> = {
  'src/runs/runs.service.ts': `import './runs.repository.js';\nimport '../auth/principal.js';\nexport type R = 1;`,
  'src/runs/runs.repository.ts': `import './run.entity.js';\nimport { In } from 'typeorm';\nexport { In };`,
  'src/runs/run.entity.ts': `import { Entity } from 'typeorm';\nexport { Entity };`,
  'src/runs/runs.spec.ts': `import { marked } from 'marked';\nexport { marked };`,
  'src/chat/chat.gateway.ts': `import './chat.service.js';\nimport type { Socket } from 'socket.io';\nexport type S = Socket;`,
  'src/chat/chat.service.ts': `import '../runs/runs.service.js';\nimport '../audit/audit.service.js';`,
  'src/chat/chat.contract.ts': `export const Message = 1;\nexport type Message = number;`,
  'src/llm/openai.ts': `import { AIMessage } from '@langchain/core/messages';\nexport { AIMessage };`,
  'src/redis/fan-out.ts': `import { createClient } from 'redis';\nexport { createClient };`,
  'src/database/scope.ts': `import pg from 'pg';\nexport { pg };`,
  'src/app.module.ts': `import './runs/runs.service.js';\nimport './privacy/privacy.service.js';`,
  'src/main.ts': `import './boot/listen.js';\nimport './app.module.js';`,
  'src/boot/listen.ts': `import '../database/scope.js';`,
  'widget/src/ok.ts': `import type { Message } from '../../src/chat/chat.contract.js';\nexport type M = Message;`,
};

const LEAVES = {
  'src/auth/principal.ts': 'export type P = 1;',
  'src/audit/audit.service.ts': 'export type A = 1;',
  'src/privacy/privacy.service.ts': 'export type P = 1;',
  'src/widget/widget.service.ts': 'export type W = 1;',
  'src/common/two.ts': `import type { One } from './one.js';\nexport type Two = One;`,
  'test/support/fake.ts': 'export type F = 1;',
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

function cruise(folder: string): Violation[] {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, 'src', 'widget/src', '--config', CONFIG, '--output-type', 'json'];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser did not run: ${stderr}${stdout}`);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

describe('the arrows of the architecture', () => {
  let folder: string;
  let violations: Violation[];

  beforeAll(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'arrows-'));
    const files = { ...LEAVES, ...SOUND, ...Object.fromEntries(Object.values(BROKEN)) };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${text}\n`);
    }
    for (const name of [CONFIG, 'package.json', 'tsconfig.json'])
      copyFileSync(join(ROOT, name), join(folder, name));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    violations = cruise(folder);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has an example of every rule', () => {
    expect(Object.keys(BROKEN).sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  it('gives a reason for every rule', () => {
    expect(rules.filter(({ comment }) => !/^\S.{30,}\.$/s.test(comment ?? ''))).toEqual([]);
  });

  it.each(Object.entries(BROKEN))('refuses what %s is there for', (name, [file]) => {
    expect(violations.filter(({ from }) => from === file).map(({ rule }) => rule.name)).toContain(name);
  });

  it('refuses nothing that keeps to the arrows', () => {
    expect(violations.filter(({ from }) => from in SOUND)).toEqual([]);
  });
});
