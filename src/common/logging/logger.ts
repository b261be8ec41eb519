import { type DestinationStream, destination as stdout, type LevelWithSilent, type Logger, pino } from 'pino';
import { describeError, redactFields, withoutSecrets } from './redaction.js';
import { textStream } from './text-format.js';

export interface LogSettings {
  readonly level: LevelWithSilent;
  readonly format: 'json' | 'text';
}

/** Characters that JSON leaves alone and terminals obey. */
const RAW_CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;

/**
 * In: level and format; a stream to write to, standard output unless given.
 * Out: the process's logger. Secrets and message text are taken out of every line, by name and by looks.
 */
export function createLogger(config: LogSettings, destination?: DestinationStream): Logger {
  const out = destination ?? stdout({ fd: 1, sync: true });
  return pino(
    {
      level: config.level,
      base: undefined,
      serializers: { err: (error: unknown) => (error instanceof Error ? describeError(error) : error) },
      formatters: { log: (fields) => redactFields(fields) as Record<string, unknown> },
      hooks: { streamWrite: (line) => escapeControls(withoutSecrets(line)) },
    },
    config.format === 'text' ? textStream(out) : out,
  );
}

function escapeControls(line: string): string {
  return line.replace(RAW_CONTROLS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
