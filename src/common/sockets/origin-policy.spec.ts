import { OriginPolicy } from './origin-policy.js';

const policy = new OriginPolicy(['http://localhost:3001', 'https://admin.example.com']);

describe('origins', () => {
  it.each([
    [undefined, 'api.example.com'],
    ['http://localhost:3001', 'localhost:3003'],
    ['https://admin.example.com', 'api.example.com'],
    ['http://localhost:3003', 'localhost:3003'],
    ['http://127.0.0.1:3003', '127.0.0.1:3003'],
  ])('lets %s call %s', (origin, host) => expect(policy.allows(origin, host)).toBe(true));

  it.each([
    ['null', 'localhost:3003'],
    ['https://evil.com', 'api.example.com'],
    ['https://admin.example.com.evil.com', 'api.example.com'],
    ['HTTPS://ADMIN.EXAMPLE.COM', 'api.example.com'],
    ['http://evil.com:3003', 'evil.com:3003'],
    ['http://localhost:3002', 'localhost:3003'],
    ['', 'localhost:3003'],
  ])('refuses %s at %s', (origin, host) => expect(policy.allows(origin, host)).toBe(false));
});
