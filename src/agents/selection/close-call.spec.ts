import { DEFINITIONS_FOLDER, loadDefinitions } from '../agent-definitions.js';
import { CloseCall } from './close-call.js';

const [first, second] = loadDefinitions(DEFINITIONS_FOLDER);
const agents = [first!, second!];

function read(pieces: readonly string[]): { shown: string[]; settled: string | undefined } {
  const call = new CloseCall(agents);
  const shown = [...pieces.map((piece) => call.take(piece)), call.end()].filter(Boolean);
  return { shown, settled: call.settled?.name };
}

describe('CloseCall', () => {
  it.each([
    ['in one piece', ['{2} Hello', ' there']],
    ['in many', ['{', '2', '}', ' ', 'Hello', ' there']],
    ['after and before blanks', ['\n', ' {2}', '\n\n', 'Hello', ' there']],
  ])('takes the mark off that comes %s', (_, pieces) => {
    expect(read(pieces)).toEqual({ shown: ['Hello', ' there'], settled: second!.name });
  });

  it.each([
    ['prose', ['Hello', ' {1}']],
    ['JSON', ['{', '"a"', ':1}']],
    ['a citation', ['[1]', ' says']],
    ['an open brace', ['{']],
    ['nothing', []],
  ])('shows all of an answer of %s', (_, pieces) => {
    const { shown, settled } = read(pieces);
    expect([shown.join(''), settled]).toEqual([pieces.join(''), undefined]);
  });

  it('shows the first piece at once where it is no mark', () => {
    expect(new CloseCall(agents).take('Hello')).toBe('Hello');
  });

  it('hides the number of an agent that was not offered, and settles nothing', () => {
    expect(read(['{7} Hello'])).toEqual({ shown: ['Hello'], settled: undefined });
  });

  it('shows nothing of an answer that is only the mark', () => {
    expect(read(['{1}', ' '])).toEqual({ shown: [], settled: first!.name });
  });

  it('offers every agent by its number', () => {
    const { instructions } = new CloseCall(agents);
    expect(instructions).toContain(`{1} ${first!.title}: ${first!.description}`);
    expect(instructions).toContain(`{2} ${second!.title}: ${second!.description}`);
  });
});
