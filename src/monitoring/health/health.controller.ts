import { Controller, Get, Header } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../../auth/auth.decorators.js';
import { ROLES } from '../../auth/principal.js';
import { serviceVersion } from '../../common/docs/service-version.js';
import { ApiRoute } from '../../common/http/api-route.decorator.js';
import { Reply } from '../../common/http/replies.js';
import { HealthReport, Probe, ServiceInfo } from './health.contract.js';
import { HealthService } from './health.service.js';

const NO_STORE = ['Cache-Control', 'no-store'] as const;
const VERSION = serviceVersion();

@Public()
@ApiTags('Monitoring')
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @Header(...NO_STORE)
  @ApiRoute({ summary: 'Which service this is', response: ServiceInfo, public: true })
  info(): ServiceInfo {
    return {
      service: 'bizosaas-ai-chat-service',
      status: 'healthy',
      version: VERSION,
      timestamp: new Date().toISOString(),
      supported_roles: [...ROLES],
    };
  }

  @Get('health')
  @Header(...NO_STORE)
  @ApiResponse({ status: 503, description: 'unhealthy: the database is down.', standardSchema: HealthReport })
  @ApiRoute({
    summary: 'How the service and its neighbours are doing',
    description: 'Answers of neighbours are remembered for 5 s.',
    response: HealthReport,
    public: true,
  })
  async report(): Promise<Reply> {
    const report = await this.health.report();
    return new Reply(report.status === 'unhealthy' ? 503 : 200, report);
  }

  @Get('health/live')
  @Header(...NO_STORE)
  @ApiRoute({ summary: 'Liveness probe', response: Probe, public: true })
  live(): Probe {
    return this.health.live();
  }

  @Get('health/ready')
  @Header(...NO_STORE)
  @ApiResponse({
    status: 503,
    description: 'Starting, draining or without the database.',
    standardSchema: Probe,
  })
  @ApiRoute({ summary: 'Readiness probe', response: Probe, public: true })
  async ready(): Promise<Reply> {
    return answerOf(await this.health.ready());
  }

  @Get('health/startup')
  @Header(...NO_STORE)
  @ApiResponse({ status: 503, description: 'Still starting.', standardSchema: Probe })
  @ApiRoute({ summary: 'Startup probe', response: Probe, public: true })
  startup(): Reply {
    return answerOf(this.health.startup());
  }
}

function answerOf(probe: Probe): Reply {
  return new Reply(probe.status === 'up' ? 200 : 503, probe);
}
