import { RouterDouble, type Entities } from './router-double.js';
import { siteAccess, siteCertificates, type SiteFilesOptions } from './site-files.js';

export interface SystemRouterOptions extends SiteFilesOptions {
  nodes?: Record<string, Entities>;
}

/** A router with nothing in it. */
export const emptyRouter = (id = 'site-router-0'): Record<string, Entities> => ({
  $management: {
    router: [{ id }],
    'router.node': [{ id, instance: 1795763573 }],
    tcpListener: [],
    listenerAddress: [],
    tcpConnector: [],
    connection: [],
    'router.address': [],
  },
});

/** The router of a system site, with the files that Skupper writes for its clients. */
export class SystemRouter {
  private constructor(
    readonly double: RouterDouble,
    readonly port: number,
    private readonly again: (port: number) => Promise<number>,
  ) {}

  static async start(home: string, options: SystemRouterOptions = {}): Promise<SystemRouter> {
    const { authority, server } = siteCertificates(home, options);
    const double = new RouterDouble(options.nodes ?? emptyRouter());
    const listen = (port: number): Promise<number> => double.listen({ authority, server, port });
    const port = await listen(0);
    siteAccess(home, port, options);
    return new SystemRouter(double, port, listen);
  }

  /** As a router that is stopped: its port refuses connections. */
  stop(): Promise<void> {
    return this.double.close();
  }

  /** As a router that is started again, with the same configuration: what it counts begins anew. */
  async restart(): Promise<void> {
    this.double.anew();
    await this.again(this.port);
  }
}
