import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, Headers } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Public } from '../auth/auth.decorators.js';
import { AppError } from '../common/errors/app-error.js';
import { CommonErrors } from '../common/errors/common.errors.js';
import { ApiRoute } from '../common/http/api-route.decorator.js';
import { MetricsConfig } from '../config/config.js';
import { MetricsText } from './metrics/metrics-text.js';
import { metricsTokenRefused, MonitoringErrors } from './monitoring.errors.js';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

@ApiTags('Monitoring')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: MetricsText,
    private readonly config: MetricsConfig,
  ) {}

  @Public()
  @Get()
  @Header('Content-Type', CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  @ApiProduces('text/plain')
  @ApiBearerAuth('metrics')
  @ApiRoute({
    summary: 'Figures for Prometheus',
    description: 'Where METRICS_TOKEN is set, it is needed as bearer token. 404 where metrics are off.',
    response: z.string(),
    errors: [MonitoringErrors.METRICS_TOKEN_REFUSED, CommonErrors.NOT_FOUND],
    public: true,
  })
  async read(@Headers('authorization') authorization?: string): Promise<string> {
    if (!this.config.enabled) {
      throw new AppError(
        CommonErrors.NOT_FOUND,
        'Metrics are not served here. Set ENABLE_METRICS and METRICS_TOKEN.',
      );
    }
    if (this.config.token !== undefined && !sameSecret(authorization, `Bearer ${this.config.token}`)) {
      throw metricsTokenRefused();
    }
    return this.metrics.render();
  }
}

/** Compares digests, so that the time taken tells neither the length nor a prefix. */
function sameSecret(given: string | undefined, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(wanted));
}
