import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { certificateAuthority, type Validity } from '../cluster/certificates.js';
import { RouterDouble, type Entities } from './router-double.js';

export interface SystemRouterOptions {
  namespace?: string;
  /** Of the client certificate. */
  validity?: Validity;
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
    const authority = certificateAuthority('skupper-local-ca');
    const server = authority.issue('skupper-local-server');
    const client = authority.issue('skupper-local-client', options.validity);
    const double = new RouterDouble(options.nodes ?? emptyRouter());
    const listen = (port: number): Promise<number> => double.listen({ authority: authority.certificate, server, port });
    const port = await listen(0);
    const runtime = path.join(home, 'namespaces', options.namespace ?? 'default', 'runtime');
    const put = (text: string, ...parts: string[]): void => {
      const file = path.join(runtime, ...parts);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    };
    put(
      `apiVersion: skupper.io/v2alpha1\nkind: RouterAccess\nmetadata:\n  name: skupper-local\nspec:\n  roles:\n  - name: normal\n    port: ${port}\n`,
      'resources',
      'RouterAccess-skupper-local.yaml',
    );
    const certificates: [string, string][] = [
      ['ca.crt', authority.certificate],
      ['tls.crt', client.certificate],
      ['tls.key', client.key],
    ];
    for (const [name, text] of certificates) put(text, 'certs', 'skupper-local-client', name);
    return new SystemRouter(double, port, listen);
  }

  /** As a router that is stopped: its port refuses connections. */
  stop(): Promise<void> {
    return this.double.close();
  }

  async restart(): Promise<void> {
    await this.again(this.port);
  }
}
