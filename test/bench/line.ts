import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ControlPlane } from '../support/cluster/control-plane.js';
import { writeKubeconfig } from '../support/cluster/kubeconfig.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import { MANIFEST, type Runtime } from './commands.js';
import { interleaved, type Case } from './interleaved.js';
import type { Row } from './table.js';

/** A long line to a server on this machine: bytes take half of the round trip each way, and a connection a whole one to begin. */
async function startLine(server: URL, roundTripMs: number): Promise<{ server: string; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket, firstMs: number): void => {
    sockets.add(from);
    const opened = Date.now() + firstMs;
    const later = (work: () => void): unknown =>
      setTimeout(() => !to.destroyed && work(), Math.max(0, opened - Date.now()) + roundTripMs / 2);
    from.on('data', (bytes: Buffer) => later(() => to.write(bytes)));
    from.on('end', () => later(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => sockets.delete(from));
  };
  const proxy = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: server.hostname, port: Number(server.port), allowHalfOpen: true });
    for (const socket of [near, far]) socket.setNoDelay(true);
    carry(near, far, roundTripMs);
    carry(far, near, 0);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    server: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

function besideGo(skupper: string, env: Record<string, string>): Record<'goCreate' | 'goDelete', Case> {
  return {
    goCreate: { command: [skupper, 'listener', 'create', 'g{i}', '8080'], env },
    goDelete: { command: [skupper, 'listener', 'delete', 'g{i}'], env },
  };
}

/** The same commands over a line with that round trip, beside kubectl, and beside Go's skupper where GO_SKUPPER names it. */
export async function overLine(
  plane: ControlPlane,
  { program }: Runtime,
  rounds: number,
  roundTripMs = 100,
): Promise<Row[]> {
  const namespace = await plane.newNamespace();
  const line = await startLine(new URL(plane.server), roundTripMs);
  const folder = mkdtempSync(path.join(tmpdir(), 'mkl-line-'));
  const caFile = path.join(folder, 'ca.crt');
  writeFileSync(caFile, plane.ca);
  const parts = { server: line.server, caFile, token: plane.token, namespace };
  const env = { KUBECONFIG: await writeKubeconfig(path.join(folder, 'config'), parts) };
  for (let round = 0; round <= rounds; round += 1)
    writeFileSync(path.join(folder, `k${round}.yaml`), MANIFEST.replaceAll('web', `k${round}`));
  const controllers = ['multikeylisteners', 'listeners'].map((plural) =>
    startController(plane.admin, namespace, (resource) => [statusOf('configured', resource)], plural),
  );
  const go = process.env['GO_SKUPPER'];
  const ours = (...words: string[]): Case => ({ command: [...program, 'mkl', ...words], env });
  const apply = path.join(folder, 'k{i}.yaml');
  try {
    const cost = await interleaved(
      {
        apply: { command: ['kubectl', 'apply', '-f', apply], env },
        create: ours('create', 'o{i}', '8080', '--weighted', 'east=1'),
        get: { command: ['kubectl', 'get', 'multikeylisteners', 'k{i}'], env },
        status: ours('status', 'k{i}'),
        inspect: ours('inspect', 'o{i}'),
        update: ours('update', 'o{i}', '--port', '8081'),
        kubectlDelete: { command: ['kubectl', 'delete', '-f', apply], env },
        delete: ours('delete', 'o{i}'),
        ...(go ? besideGo(go, env) : ({} as ReturnType<typeof besideGo>)),
      },
      rounds,
    );
    type Name = keyof typeof cost;
    const row = (work: string, mine: Name, beside: string, other: Name): Row => ({
      work: `${work}, ${roundTripMs} ms`,
      beside,
      ours: cost[mine],
      other: cost[other],
    });
    return [
      row('`status` of one object', 'status', 'kubectl get', 'get'),
      row('`inspect`', 'inspect', 'kubectl get', 'get'),
      row('`create` with its wait', 'create', 'kubectl apply', 'apply'),
      row('`update` with its wait', 'update', '`create`', 'create'),
      row('`delete` with its wait', 'delete', 'kubectl delete', 'kubectlDelete'),
      ...(go
        ? [
            row('`create` with its wait', 'create', "Go's `skupper listener create`", 'goCreate'),
            row('`delete` with its wait', 'delete', "Go's `skupper listener delete`", 'goDelete'),
          ]
        : []),
    ];
  } finally {
    await Promise.all(controllers.map((each) => each.stop()));
    await line.stop();
  }
}
