import { AuthConfig, DatabaseConfig, LlmConfig, MetricsConfig, ServerConfig } from './config.js';
import { ConfigError, EnvSchema, parseEnv } from './env.schema.js';

describe('the environment', () => {
  it('has a default or is optional everywhere, so that nothing need be set', () => {
    const env = parseEnv({});
    expect(env).toMatchObject({
      HOST: '0.0.0.0',
      PORT: 3003,
      LOG_LEVEL: 'info',
      WORKERS: 1,
      CREW_AI_TIMEOUT: 30,
    });
    expect(env).toMatchObject({ ENV: 'development', MAX_MESSAGE_LENGTH: 4096, RATE_LIMIT_PER_MINUTE: 60 });
  });

  it('names every bad key at once, and none of the values', () => {
    const bad = {
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      REDIS_URL: 'http://secret@x',
      DEMO_MODE: 'perhaps',
      TRUST_PROXY: '1.2.3',
    };
    try {
      parseEnv(bad);
      throw new Error('it was taken');
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      const { message } = error as ConfigError;
      for (const key of Object.keys(bad)) expect(message).toContain(`${key}: `);
      for (const value of Object.values(bad)) expect(message).not.toContain(value);
    }
  });

  it.each([
    [
      'CREW_AI_AGENTS',
      { CREW_AI_AGENTS: '{"lead_analyzer":"/crews/leads"}' },
      { CREW_AI_SERVICE_URL: 'http://c' },
    ],
    [
      'CREW_AI_WEBHOOK_SECRET',
      { CREW_AI_WEBHOOK_URL: 'http://chat', WORKERS: '2' },
      { CREW_AI_WEBHOOK_SECRET: 's'.repeat(32) },
    ],
    [
      'CREW_AI_WEBHOOK_SECRET',
      { CREW_AI_WEBHOOK_URL: 'http://chat', REDIS_URL: 'redis://r' },
      { CREW_AI_WEBHOOK_SECRET: 's'.repeat(32) },
    ],
  ])('wants what %s needs beside it', (key, given, missing) => {
    expect(() => parseEnv(given)).toThrow(`${key}: `);
    expect(() => parseEnv({ ...given, ...missing })).not.toThrow();
  });

  it('takes an empty value for none', () => {
    expect(parseEnv({ PORT: '', OPENAI_API_KEY: '' })).toMatchObject({ PORT: 3003 });
    expect(new LlmConfig(parseEnv({ OPENAI_API_KEY: '' })).openai).toBeUndefined();
  });

  it.each([
    ['warning', 'warn'],
    ['INFO', 'info'],
    ['critical', 'fatal'],
  ])('understands LOG_LEVEL=%s', (given, level) =>
    expect(parseEnv({ LOG_LEVEL: given }).LOG_LEVEL).toBe(level),
  );

  it.each([
    ['["https://a.example","https://b.example"]', ['https://a.example', 'https://b.example']],
    ['https://a.example, https://b.example', ['https://a.example', 'https://b.example']],
    [undefined, ['http://localhost:3001', 'http://localhost:5000']],
  ])('reads CORS_ORIGINS %s', (given, origins) => {
    expect(new ServerConfig(parseEnv({ CORS_ORIGINS: given })).corsOrigins).toEqual(origins);
  });

  it('takes the address of an asyncpg driver', () => {
    const env = parseEnv({ DATABASE_URL: 'postgresql+asyncpg://user:pass@localhost/db' });
    expect(new DatabaseConfig(env).url).toBe('postgresql://user:pass@localhost/db');
  });

  it.each([
    [{}, true, false],
    [{ JWT_SECRET: 'x' }, false, false],
    [{ AUTH_SERVICE_URL: 'http://auth' }, false, false],
    [{ ENV: 'production' }, false, false],
    [{ DEMO_MODE: 'true', JWT_SECRET: 'x' }, true, true],
  ])('decides on demo mode for %j', (given, demo, demoForAll) => {
    expect(new AuthConfig(parseEnv(given))).toMatchObject({ demo, demoForAll });
  });

  it('closes metrics and documentation in production unless they are asked for', () => {
    const open = parseEnv({ ENV: 'production', METRICS_TOKEN: 'long-enough-a-token', ENABLE_DOCS: 'true' });
    const shut = parseEnv({ ENV: 'production' });
    expect([new MetricsConfig(open).enabled, new ServerConfig(open).docs]).toEqual([true, true]);
    expect([new MetricsConfig(shut).enabled, new ServerConfig(shut).docs]).toEqual([false, false]);
  });

  it('documents every key', () => {
    for (const schema of Object.values(EnvSchema.shape)) {
      expect(schema.meta()?.description?.length).toBeGreaterThan(5);
      expect(schema.meta()?.['group']).toBeDefined();
    }
  });
});
