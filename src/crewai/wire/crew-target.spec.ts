import { CrewConfig } from '../../config/config.js';
import { parseEnv } from '../../config/env.schema.js';
import { CrewTargets } from './crew-target.js';

const targets = (env: Record<string, string>) => new CrewTargets(new CrewConfig(parseEnv(env)));
const SERVICE = { CREW_AI_SERVICE_URL: 'http://crews:8000/', CREW_AI_TOKEN: 'main-token' };

describe('where agents ask', () => {
  it('is nowhere where nothing is configured', () => {
    expect(targets({}).find('lead_analyzer')).toBeUndefined();
    expect(targets({}).bases()).toEqual([]);
  });

  it.each([
    ['sync', '/agents/lead-analysis', 'http://crews:8000/agents/lead-analysis'],
    ['sync', undefined, 'http://crews:8000/agents/general-query'],
    ['amp', '/agents/lead-analysis', 'http://crews:8000'],
    ['agui', '/agents/lead-analysis', 'http://crews:8000'],
  ])('by %s with the path %s is %s', (contract, endpoint, url) => {
    const target = targets({ ...SERVICE, CREW_AI_CONTRACT: contract }).find('lead_analyzer', endpoint);
    expect(target).toEqual({ contract, url, base: 'http://crews:8000', token: 'main-token' });
  });

  it('may be of their own, and the token goes nowhere else', () => {
    const own = {
      lead_analyzer: '/crews/leads',
      content_generator: 'https://content.example.com/',
      security_analyzer: { url: 'https://sec.example.com/x', contract: 'agui', token: 'own-token' },
    };
    const all = targets({ ...SERVICE, CREW_AI_AGENTS: JSON.stringify(own) });
    expect(all.find('lead_analyzer')).toMatchObject({
      url: 'http://crews:8000/crews/leads',
      token: 'main-token',
    });
    expect(all.find('content_generator')).toMatchObject({
      url: 'https://content.example.com',
      token: undefined,
    });
    expect(all.find('security_analyzer')).toEqual({
      contract: 'agui',
      url: 'https://sec.example.com/x',
      base: 'https://sec.example.com',
      token: 'own-token',
    });
    expect(all.bases().map(({ base }) => base)).toEqual([
      'http://crews:8000',
      'https://content.example.com',
      'https://sec.example.com',
    ]);
  });

  it('serves only the named agents where there is no service for all', () => {
    const some = targets({ CREW_AI_AGENTS: '{"lead_analyzer":"http://leads:1"}' });
    expect([some.find('lead_analyzer') !== undefined, some.find('other') !== undefined]).toEqual([
      true,
      false,
    ]);
  });

  it.each([
    'x',
    '[]',
    '{"Lead":"http://a"}',
    '{"lead":"ftp://a"}',
    '{"lead":"a b"}',
    '{"lead":{"url":"http://a","contract":"soap"}}',
    '{"lead":{"url":"http://a","secret":"canary"}}',
  ])('is refused at start where it is %s, without its values', (value) => {
    try {
      parseEnv({ CREW_AI_AGENTS: value });
      throw new Error('it was taken');
    } catch (error) {
      expect((error as Error).message).toContain('CREW_AI_AGENTS: must be a JSON object');
      expect((error as Error).message).not.toContain('canary');
    }
  });
});
