import { AppError, defineErrors } from '../common/errors/app-error.js';

export const MonitoringErrors = defineErrors({
  METRICS_TOKEN_REFUSED: { status: 401, title: 'The token of the metrics is needed' },
});

export function metricsTokenRefused(): AppError {
  return new AppError(
    MonitoringErrors.METRICS_TOKEN_REFUSED,
    'Send the token of METRICS_TOKEN in the header Authorization: Bearer <token>.',
    { headers: { 'WWW-Authenticate': 'Bearer' } },
  );
}
