import { Module } from '@nestjs/common';
import { AssetReplyInterceptor } from './asset-reply.interceptor.js';
import { WidgetAssets, widgetFolder } from './widget-assets.js';
import { WidgetController } from './widget.controller.js';

/** Serves the widget's script, its chunks and the demo page. */
@Module({
  controllers: [WidgetController],
  providers: [
    AssetReplyInterceptor,
    { provide: WidgetAssets, useFactory: () => new WidgetAssets(widgetFolder(import.meta.dirname)) },
  ],
})
export class WidgetModule {}
