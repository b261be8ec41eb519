import { OpenPlaces } from './open-places.js';

describe('OpenPlaces', () => {
  it('gives so many places a key, each back once, and remembers no key without one', () => {
    const places = new OpenPlaces(2);
    const [first, second] = [places.take('a'), places.take('a')];
    expect([typeof first, typeof second, places.take('a')]).toEqual(['function', 'function', undefined]);
    const other = places.take('b');
    first?.();
    first?.();
    const third = places.take('a');
    expect([typeof third, places.take('a')]).toEqual(['function', undefined]);
    for (const leave of [second, third, other]) leave?.();
    expect(places.size).toBe(0);
  });
});
