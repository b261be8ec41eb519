import type { RawData } from 'ws';
import { AppError } from '../../common/errors/app-error.js';
import { CommonErrors } from '../../common/errors/common.errors.js';
import { parseInput } from '../../common/errors/validation.js';
import { isBoundedJson } from '../../common/bounded-json.js';
import { ChatErrors } from '../chat.errors.js';
import { ClientFrame } from './raw.contract.js';

const KNOWN = ClientFrame.options.map((option) => option.shape.type.value);

/** In: what came over the socket. Out: a frame. Throws MALFORMED_JSON, SOCKET_UNKNOWN_FRAME, VALIDATION_FAILED. */
export function parseFrame(data: RawData): ClientFrame {
  const value = parseJson(data);
  if (!isBoundedJson(value, { depth: 32, nodes: 10_000 })) {
    throw new AppError(
      CommonErrors.VALIDATION_FAILED,
      'The frame is nested too deeply or has too many values.',
    );
  }
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type !== 'string' || !(KNOWN as string[]).includes(type)) {
    throw new AppError(
      ChatErrors.SOCKET_UNKNOWN_FRAME,
      `Send a JSON object with a type, one of: ${KNOWN.join(', ')}.`,
    );
  }
  return parseInput(ClientFrame, value);
}

function parseJson(data: RawData): unknown {
  try {
    return JSON.parse((data as Buffer).toString('utf8'));
  } catch (cause) {
    throw new AppError(
      CommonErrors.MALFORMED_JSON,
      'The frame is not valid JSON. Check quotes, commas and brackets.',
      {
        cause,
      },
    );
  }
}
