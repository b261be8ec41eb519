import { NotFoundException } from '@nestjs/common';
import { AppError } from './app-error.js';
import { CommonErrors } from './common.errors.js';
import { ErrorBody, toAppError, toErrorBody } from './error-body.js';

describe('errors of every kind', () => {
  it('keep what a feature said', () => {
    const error = new AppError(CommonErrors.RATE_LIMITED, 'Wait.', { retryAfter: 7 });
    expect(toAppError(error)).toBe(error);
    expect(error.headers).toEqual({ 'Retry-After': '7' });
    expect(ErrorBody.parse(toErrorBody(error, 'r1'))).toEqual({
      type: 'urn:bizosaas:error:rate-limited',
      title: 'Too many requests',
      status: 429,
      detail: 'Wait.',
      code: 'RATE_LIMITED',
      request_id: 'r1',
      retry_after: 7,
    });
  });

  it.each([
    [new NotFoundException('GET /secret'), 404, 'NOT_FOUND'],
    [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 503, 'DATABASE_UNAVAILABLE'],
    [Object.assign(new Error('x'), { driverError: { code: '57P01' } }), 503, 'DATABASE_UNAVAILABLE'],
    [new Error('Query read timeout'), 503, 'DATABASE_UNAVAILABLE'],
    [new Error('select * from secrets at 10.0.0.7'), 500, 'INTERNAL'],
    ['a string', 500, 'INTERNAL'],
    [undefined, 500, 'INTERNAL'],
  ])('become one body that gives nothing away: %p', (thrown, status, code) => {
    const error = toAppError(thrown);
    expect(error).toMatchObject({ status, code });
    expect(JSON.stringify(toErrorBody(error, 'r'))).not.toMatch(/secret|10\.0\.0/);
  });
});
