import { AppError, defineErrors } from '../common/errors/app-error.js';

export const MonitoringErrors = defineErrors({
  METRICS_TOKEN_REFUSED: { status: 401, title: 'The token of the metrics is needed' },
  ANALYTICS_SCOPE_REFUSED: { status: 403, title: 'Your role may not see these figures' },
  PROMETHEUS_QUERY_REFUSED: { status: 422, title: 'Prometheus does not understand the query' },
  PROMETHEUS_UNAVAILABLE: { status: 502, title: 'Prometheus gave no figures' },
});

export function metricsTokenRefused(): AppError {
  return new AppError(
    MonitoringErrors.METRICS_TOKEN_REFUSED,
    'Send the token of METRICS_TOKEN in the header Authorization: Bearer <token>.',
    { headers: { 'WWW-Authenticate': 'Bearer' } },
  );
}
