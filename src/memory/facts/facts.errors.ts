import { AppError, defineErrors } from '../../common/errors/app-error.js';

export const FactErrors = defineErrors({
  MEMORY_FACT_NOT_FOUND: { status: 404, title: 'There is no such fact' },
  MEMORY_FACT_EXISTS: { status: 409, title: 'The same is remembered already' },
});

export function factNotFound(): AppError {
  return new AppError(FactErrors.MEMORY_FACT_NOT_FOUND, 'Nothing with this id is remembered of you.');
}

export function factExists(): AppError {
  return new AppError(
    FactErrors.MEMORY_FACT_EXISTS,
    'The same is remembered already. Delete one of the two, or write something else.',
  );
}
