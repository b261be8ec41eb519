import type { IncomingMessage } from 'node:http';
import { bearerToken, handshakeToken, upgradeCredential } from './token-source.js';

function request(url: string, ...headers: [string, string][]): IncomingMessage {
  const first = new Map(headers.map(([name, value]) => [name.toLowerCase(), value] as const).reverse());
  return { url, rawHeaders: headers.flat(), headers: Object.fromEntries(first) } as never;
}

describe('bearerToken', () => {
  it('reads the header, whatever the case of the scheme', () => {
    expect(bearerToken(request('/x', ['Authorization', 'Bearer a.b.c']))).toBe('a.b.c');
    expect(bearerToken(request('/x', ['authorization', 'bearer a.b.c']))).toBe('a.b.c');
  });

  it.each([
    ['no header', request('/x')],
    ['an empty header', request('/x', ['Authorization', ''])],
    ['no token', request('/x', ['Authorization', 'Bearer'])],
    ['another scheme', request('/x', ['Authorization', 'Basic YTpi'])],
    ['a token in the URL', request('/x?token=a.b.c')],
  ])('asks for a token with %s', (_, incoming) => {
    expect(() => bearerToken(incoming)).toThrow(expect.objectContaining({ code: 'AUTH_REQUIRED' }));
  });

  it.each([
    ['two headers', request('/x', ['Authorization', 'Bearer a'], ['authorization', 'Bearer b'])],
    ['two equal headers', request('/x', ['Authorization', 'Bearer a'], ['Authorization', 'Bearer a'])],
    ['another in the URL', request('/x?y=1&token=a', ['Authorization', 'Bearer a'])],
    ['access_token in the URL', request('/x?access_token=a', ['Authorization', 'Bearer a'])],
    ['an encoded name in the URL', request('/x?%74oken=a', ['Authorization', 'Bearer a'])],
  ])('refuses %s', (_, incoming) => {
    expect(() => bearerToken(incoming)).toThrow(expect.objectContaining({ code: 'AUTH_INVALID_TOKEN' }));
  });
});

describe('upgradeCredential', () => {
  it('reads a token or a ticket', () => {
    expect(upgradeCredential(request('/chat/ws/s1?token=a.b.c&stream=true'))).toEqual({ token: 'a.b.c' });
    expect(upgradeCredential(request('/chat/ws/s1?ticket=t'))).toEqual({ ticket: 't' });
  });

  it.each([
    ['/chat/ws/s1', 'AUTH_REQUIRED'],
    ['/chat/ws/s1?token=', 'AUTH_REQUIRED'],
    ['/chat/ws/s1?token=a&token=b', 'AUTH_INVALID_TOKEN'],
    ['/chat/ws/s1?token=a&ticket=b', 'AUTH_INVALID_TOKEN'],
    ['/chat/ws/s1?token=a&access_token=b', 'AUTH_INVALID_TOKEN'],
  ])('refuses %s', (url, code) => {
    expect(() => upgradeCredential(request(url))).toThrow(expect.objectContaining({ code }));
  });

  it('refuses a header besides the URL', () => {
    const incoming = request('/chat/ws/s1?token=a', ['Authorization', 'Bearer a']);
    expect(() => upgradeCredential(incoming)).toThrow(
      expect.objectContaining({ code: 'AUTH_INVALID_TOKEN' }),
    );
  });
});

describe('handshakeToken', () => {
  const plain = request('/chat/socket.io/?EIO=4&transport=websocket');

  it('reads auth.token', () => {
    expect(handshakeToken({ token: 'a.b.c' }, plain)).toBe('a.b.c');
  });

  it.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [{ token: '' }],
    [{ token: null }],
    [Object.create({ token: 'a' })],
  ])('asks for a token with %p', (auth) => {
    expect(() => handshakeToken(auth, plain)).toThrow(expect.objectContaining({ code: 'AUTH_REQUIRED' }));
  });

  it.each([[{ token: ['a'] }], [{ token: { a: 1 } }], [{ token: 7 }]])('refuses %p', (auth) => {
    expect(() => handshakeToken(auth, plain)).toThrow(
      expect.objectContaining({ code: 'AUTH_INVALID_TOKEN' }),
    );
  });

  it('refuses a second token in the header or the URL', () => {
    const header = request('/chat/socket.io/', ['Authorization', 'Bearer a']);
    const url = request('/chat/socket.io/?token=a');
    for (const incoming of [header, url]) {
      expect(() => handshakeToken({ token: 'a' }, incoming)).toThrow(
        expect.objectContaining({ code: 'AUTH_INVALID_TOKEN' }),
      );
    }
  });
});
