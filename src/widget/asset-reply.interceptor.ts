import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { map, type Observable } from 'rxjs';
import type { Asset } from './widget-assets.js';

/** What a handler gives: a file, and how it may be kept and used. */
export interface AssetReply {
  readonly asset: Asset;
  readonly cacheControl: string;
  /** True for files that pages of other origins load. */
  readonly shared: boolean;
  readonly contentSecurityPolicy?: string;
  /** True for a page that dashboards of other origins may open or frame, as its policy says. */
  readonly hosted?: boolean;
}

/** Sends files: headers, gzip where it is understood, and 304 for a copy that is still good (RFC 9110, 13.1.2). */
@Injectable()
export class AssetReplyInterceptor implements NestInterceptor<AssetReply> {
  intercept(
    context: ExecutionContext,
    next: CallHandler<AssetReply>,
  ): Observable<StreamableFile | undefined> {
    const http = context.switchToHttp();
    return next
      .handle()
      .pipe(map((reply) => send(reply, http.getRequest<Request>(), http.getResponse<Response>())));
  }
}

function send(reply: AssetReply, request: Request, response: Response): StreamableFile | undefined {
  const { asset, shared, contentSecurityPolicy } = reply;
  const gzip = request.acceptsEncodings('gzip') === 'gzip';
  response.set({
    'Cache-Control': reply.cacheControl,
    ETag: gzip ? asset.etag.replace(/"$/, '-gz"') : asset.etag,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': shared ? 'cross-origin' : 'same-origin',
    ...(shared ? { 'Access-Control-Allow-Origin': '*' } : {}),
    ...(contentSecurityPolicy ? { 'Content-Security-Policy': contentSecurityPolicy } : {}),
    ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
  });
  if (reply.hosted) {
    response.removeHeader('X-Frame-Options');
    response.set('Cross-Origin-Opener-Policy', 'unsafe-none');
  }
  response.vary('Accept-Encoding');
  if (request.fresh) {
    response.status(304).removeHeader('Content-Encoding');
    return undefined;
  }
  const body = gzip ? asset.gzip : asset.body;
  return new StreamableFile(body, { type: asset.type, length: body.length });
}
