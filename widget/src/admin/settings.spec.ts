import { readSettings, serviceUrl } from './settings.js';

it.each([
  ['http://localhost:3003/chat/admin', 'http://localhost:3003'],
  ['https://example.com/ai/chat/admin?a=/b/c#d', 'https://example.com/ai'],
])('finds the service of %s', (page, service) => {
  expect(serviceUrl(page)).toBe(service);
});

it('reads what the service wrote, and fails at once without it', () => {
  expect(readSettings('{"origins":["https://a.example"],"demo":true}')).toEqual({
    origins: ['https://a.example'],
    demo: true,
  });
  expect(() => readSettings(undefined)).toThrow(SyntaxError);
});
