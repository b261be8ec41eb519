import type { DestinationStream } from 'pino';

const LEVELS: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
};

interface Line {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly context?: string;
  readonly err?: { readonly stack?: string } & Record<string, unknown>;
}

/** Control characters, C1 included, and the two line ends of Unicode: what could forge a line or move the cursor. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** In: any text. Out: the same on one line, control characters written as `\u001b`. */
export function oneLine(text: string): string {
  return text.replace(CONTROLS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** In: one line of pino's JSON. Out: the same for a person at a terminal; stack frames follow on lines of their own. */
export function toText(json: string): string {
  const { level, time, msg, context, err, ...fields } = JSON.parse(json) as Line & Record<string, unknown>;
  const { stack, ...error } = err ?? {};
  const rest = Object.entries({ ...fields, ...(err ? { err: error } : {}) })
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const head = [
    new Date(time).toISOString(),
    LEVELS[level] ?? String(level),
    context ? `[${context}]` : '',
    msg,
    rest,
  ];
  const frames = (stack ?? '')
    .split('\n')
    .filter(Boolean)
    .map((frame) => `\n    ${oneLine(frame.trim())}`);
  return `${oneLine(head.filter(Boolean).join(' '))}${frames.join('')}\n`;
}

/** A stream that rewrites pino's lines for a person. */
export function textStream(destination: DestinationStream): DestinationStream {
  return { write: (line: string) => destination.write(toText(line)) };
}
