import { decodeCursor, encodeCursor } from './session-cursor.js';

describe('the place in the list of sessions', () => {
  it('comes back as it was given', () => {
    const place = { at: '2026-11-22 20:51:39.033119+00', id: 'a_b-1' };
    expect(decodeCursor(encodeCursor(place))).toEqual(place);
  });

  it.each([
    '',
    'x',
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('["now()","a"]').toString('base64url'),
  ])('refuses %p', (text) => expect(decodeCursor(text)).toBeNull());
});
