import { Controller, Get, Param, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Public } from '../auth/auth.decorators.js';
import { AppError } from '../common/errors/app-error.js';
import { ApiRoute } from '../common/http/api-route.decorator.js';
import { AuthConfig, ServerConfig } from '../config/config.js';
import { adminPage, plainOrigins } from './admin-page.js';
import { AssetReplyInterceptor, type AssetReply } from './asset-reply.interceptor.js';
import { WidgetAssets } from './widget-assets.js';
import { WidgetErrors } from './widget.errors.js';

const SHORT = 'public, max-age=60, must-revalidate';
const FOR_EVER = 'public, max-age=31536000, immutable';
const policyOf = (ancestors: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors.join(' ') || "'none'"}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

const FileName = z.string().max(128);

@ApiTags('widget')
@Controller('chat')
@Public()
@UseInterceptors(AssetReplyInterceptor)
export class WidgetController {
  private readonly admin: Pick<AssetReply, 'asset' | 'contentSecurityPolicy' | 'hosted'>;

  constructor(
    private readonly assets: WidgetAssets,
    server: ServerConfig,
    { demo }: AuthConfig,
  ) {
    const origins = plainOrigins(server.corsOrigins);
    this.admin = {
      asset: adminPage(assets.admin, { origins, demo }),
      contentSecurityPolicy: policyOf(origins),
      hosted: origins.length > 0,
    };
  }

  @Get(['embed.js', 'v1/embed.js'])
  @ApiRoute({
    summary: 'The script that puts the chat into a page',
    description: 'See docs/widget.md.',
    file: 'text/javascript',
    public: true,
  })
  embed(): AssetReply {
    return { asset: this.assets.embed, cacheControl: SHORT, shared: true };
  }

  @Get('widget-assets/:file')
  @ApiRoute({
    summary: 'A part of the widget, under a name that changes with its content',
    file: '*/*',
    errors: [WidgetErrors.WIDGET_FILE_NOT_FOUND],
    public: true,
  })
  file(@Param('file', { schema: FileName }) name: string): AssetReply {
    const asset = this.assets.find(name);
    if (!asset)
      throw new AppError(
        WidgetErrors.WIDGET_FILE_NOT_FOUND,
        'This version of the widget has no such file. Load the page again.',
      );
    return { asset, cacheControl: FOR_EVER, shared: true };
  }

  @Get('widget')
  @ApiRoute({ summary: 'A dashboard page to try the chat in', file: 'text/html', public: true })
  page(): AssetReply {
    return {
      asset: this.assets.page,
      cacheControl: 'no-cache',
      shared: false,
      contentSecurityPolicy: policyOf([]),
    };
  }

  @Get('admin')
  @ApiRoute({
    summary: 'A page that shows figures to administrators',
    description:
      'It holds no figures itself: it asks for a token and calls /chat/analytics. See docs/admin.md.',
    file: 'text/html',
    public: true,
  })
  adminPage(): AssetReply {
    return { ...this.admin, cacheControl: 'no-cache', shared: false };
  }
}
