import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';

import { Failure } from '../../model/failure.js';
import type { RouterFact, RouterState } from '../../model/router.js';
import { RouterLink, type Way } from '../../router/link.js';
import { PausingReader, type UnknownRouter } from '../../router/pausing.js';
import { codeOf, RouterTrouble } from '../../router/trouble.js';
import { belongTogether, expiredOn } from '../../util/certificates.js';
import { verification, type Verification } from '../../util/tls/verification.js';
import { loadYaml } from '../../yaml/load.js';
import type { Routers } from '../store.js';
import { errorCode } from './errors.js';
import { member } from './files/documents.js';
import type { Paths } from './files/paths.js';
import { readText } from './files/read-resources.js';

/** The file, written at every start of a site, with the port of the router for clients on this machine. */
const ACCESS = 'RouterAccess-skupper-local.yaml';
/** The name in the router's certificate. Node warns about an IP address as a server name. */
const SERVER_NAME = 'localhost';
const ADDRESS = '127.0.0.1';

/** The router of a podman, docker or linux site. It is queried over TLS with the client certificate that Skupper has created. */
export class SystemRouters implements Pick<Routers, 'state'> {
  private readonly link: RouterLink;
  private readonly reader: PausingReader;

  constructor(paths: Paths) {
    this.link = new RouterLink((signal) => reach(paths, signal));
    this.reader = new PausingReader((network, signal) => this.link.read(network, signal), unknownBecause);
  }

  state({ network, signal }: { network: boolean; signal: AbortSignal }): Promise<RouterFact<RouterState>> {
    return this.reader.state(network, signal);
  }

  close(): void {
    this.link.close();
  }
}

function unknownBecause(error: unknown): UnknownRouter {
  if (errorCode(error) === 'ECONNREFUSED')
    return { known: false, why: 'the router is not running', running: false, code: 'unreachable' };
  if (error instanceof RouterTrouble || error instanceof Failure)
    return { known: false, why: `the router cannot be queried: ${error.message}`, code: codeOf(error) };
  throw error;
}

/** Opens a TLS connection to the router. Throws RouterTrouble, Failure, or Node's error ECONNREFUSED. */
async function reach(paths: Paths, signal: AbortSignal): Promise<Way> {
  // The port comes first: before the first start of a site the credentials are missing too, and its message names that reason.
  const port = await accessPort(paths);
  const { ca, cert, key } = await credentials(paths.routerClient);
  const day = expiredOn(cert);
  if (day !== undefined) throw new RouterTrouble('refused', `its client certificate expired on ${day}`);
  if (!matches(cert, key))
    throw new RouterTrouble('refused', `the certificate and the key in ${paths.routerClient} do not belong together`);
  const socket = connect({ host: ADDRESS, port, cert, key, ...verifiedBy(ca) });
  await secured(socket, signal);
  return { socket, external: true };
}

function verifiedBy(ca: string): Verification {
  try {
    return verification({}, SERVER_NAME, ca);
  } catch (error) {
    throw new RouterTrouble('refused', 'its certificate authority cannot be read', error);
  }
}

function matches(cert: string, key: string): boolean {
  try {
    return belongTogether(cert, key);
  } catch (error) {
    throw new RouterTrouble('refused', 'its client certificate or key cannot be read', error);
  }
}

function secured(socket: TLSSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (error: unknown): void => {
      socket.destroy();
      reject(error);
    };
    const late = (): void => stop(new RouterTrouble('timeout', 'the router did not answer in time'));
    if (signal.aborted) return late();
    signal.addEventListener('abort', late, { once: true });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', late);
      const what = `cannot establish a TLS connection to port ${socket.remotePort ?? ''}: ${error.message}`;
      stop(error.code === 'ECONNREFUSED' ? error : new RouterTrouble('refused', what.replace('  ', ' '), error));
    });
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', late);
      socket.removeAllListeners('error');
      resolve();
    });
  });
}

/** The port of the router for clients: that of the first role, which is how Skupper writes the file. */
async function accessPort(paths: Paths): Promise<number> {
  const path = join(paths.runtime, ACCESS);
  const text = await readText(path);
  if (text === undefined) throw new RouterTrouble('lost', `the site has not been started yet (${path} does not exist)`);
  const roles = member(member(loadYaml(text, { what: path })[0], 'spec'), 'roles');
  const port: unknown = Array.isArray(roles) ? member(roles[0], 'port') : undefined;
  if (typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new RouterTrouble('lost', `${path} contains no port`);
}

/** Reads the client certificate, its key and its CA, in PEM. If files are missing, the error names the first in a fixed order. */
async function credentials(folder: string): Promise<{ ca: string; cert: string; key: string }> {
  const paths = ['ca.crt', 'tls.crt', 'tls.key'].map((name) => join(folder, name));
  const [ca, cert, key] = await Promise.all(paths.map(readText));
  if (ca !== undefined && cert !== undefined && key !== undefined) return { ca, cert, key };
  throw new RouterTrouble('lost', `${paths[[ca, cert, key].indexOf(undefined)]} does not exist`);
}
