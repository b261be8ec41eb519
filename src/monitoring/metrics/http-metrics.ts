import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { methodOf, routeOf } from '../../common/logging/route-of.js';
import type { Metrics } from './metrics.js';

/** Express middleware that counts and times every request by the pattern of its route. Belongs before all others. */
export function httpMetrics(metrics: Metrics): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const started = process.hrtime.bigint();
    response.once('close', () => {
      const labels = { method: methodOf(request), route: routeOf(request) };
      metrics.httpRequests.inc({ ...labels, status: String(response.statusCode) });
      metrics.httpDuration.observe(labels, Number(process.hrtime.bigint() - started) / 1e9);
    });
    next();
  };
}
