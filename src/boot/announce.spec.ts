import { parseEnv } from '../config/env.schema.js';
import { announcement } from './announce.js';

const lines = (env: Record<string, string> = {}, port = 3003): string =>
  announcement(parseEnv(env), port).join('\n');

describe('announcement', () => {
  it('says where to click and what is missing on a bare machine', () => {
    const text = lines();
    expect(text).toContain('http://localhost:3003/chat/widget');
    expect(text).toContain('http://localhost:3003/chat/admin');
    expect(text).toContain('demo roles for this machine only');
    expect(text).toContain('local engine');
    expect(text).toContain('PostgreSQL of its own');
  });

  it('names the port that was taken and an address that others can use', () => {
    expect(lines({ HOST: '192.168.1.5' }, 41_000)).toContain('http://192.168.1.5:41000/health');
  });

  it('warns that a demo asked for on purpose is open to everybody', () => {
    expect(lines({ DEMO_MODE: 'true' })).toContain('everybody who reaches this port');
  });

  it('names models in the order in which they are asked, and no secret', () => {
    const text = lines({
      OPENAI_API_KEY: 'sk-private',
      ANTHROPIC_API_KEY: 'private-too',
      LLM_PROVIDER: 'anthropic',
      JWT_SECRET: 'private-three',
      DATABASE_URL: 'postgresql://chat:private@db/chat',
    });
    expect(text).toMatch(/claude-[\w-]+, then gpt-/);
    expect(text).toContain('tokens checked by JWT_SECRET');
    expect(text).not.toContain('private');
  });
});
