import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import proxyAddr from 'proxy-addr';
import { ServerConfig } from '../config/config.js';

/** Where a request really comes from: X-Forwarded-For is believed from the proxies of TRUST_PROXY only. */
@Injectable()
export class ClientAddress {
  private readonly trusts: ReturnType<typeof proxyAddr.compile>;

  constructor(config: ServerConfig) {
    this.trusts = proxyAddr.compile(config.trustProxy.split(',').map((item) => item.trim()));
  }

  /** In: a request, also one to be upgraded. Out: the address of the client. */
  of(request: IncomingMessage): string {
    return proxyAddr(request as Parameters<typeof proxyAddr>[0], this.trusts);
  }
}
