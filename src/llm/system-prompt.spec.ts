import { ROLES } from '../auth/principal.js';
import { systemPrompt } from './system-prompt.js';

const NAMES = {
  super_admin: 'InfraBot',
  tenant_admin: 'BizBot',
  user: 'MarketBot',
  readonly: 'InfoBot',
} as const;

describe('system prompts', () => {
  it.each(ROLES)('introduces the assistant of %s and no other', (role) => {
    const prompt = systemPrompt(role);
    for (const [owner, name] of Object.entries(NAMES)) {
      expect(prompt.includes(name)).toBe(owner === role);
    }
  });

  it.each(ROLES)('tells %s what is data and what cannot be seen', (role) => {
    const prompt = systemPrompt(role);
    expect(prompt).toContain('<page_context>');
    expect(prompt).toMatch(/data/);
    expect(prompt).toMatch(/You see nothing else/);
    expect(prompt.length).toBeLessThan(6000);
  });
});
