import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What the registry's advisory endpoint answers: a status, and advisories by package. */
interface Answer {
  status?: number;
  advisories?: Record<string, object[]>;
}

async function audited(answer: Answer, ...args: string[]): Promise<{ status: number; stderr: string; asked: number }> {
  let asked = 0;
  const registry: Server = createServer((request, response) => {
    request.resume();
    if (request.method === 'POST' && request.url === '/-/npm/v1/security/advisories/bulk') {
      asked += 1;
      response.writeHead(answer.status ?? 200).end(JSON.stringify(answer.advisories ?? {}));
    } else if (request.url === '/js-yaml') {
      const versions = { '4.3.2': { name: 'js-yaml', version: '4.3.2', dist: {} } };
      response.end(JSON.stringify({ name: 'js-yaml', 'dist-tags': { latest: '4.3.2' }, versions }));
    } else {
      response.writeHead(405).end();
    }
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const cache = mkdtempSync(path.join(tmpdir(), 'npm-cache-'));
  try {
    const env = {
      ...process.env,
      npm_config_registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`,
      npm_config_userconfig: '/dev/null',
      npm_config_cache: cache,
      npm_config_noproxy: '127.0.0.1',
    };
    const child = spawn(process.execPath, ['.config/audit.js', ...args], { cwd: ROOT, env });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    const [status] = (await once(child, 'close')) as [number];
    return { status, stderr, asked };
  } finally {
    registry.closeAllConnections();
    registry.close();
    rmSync(cache, { recursive: true, force: true });
  }
}

const advisory = (severity: string): Answer => ({
  advisories: {
    'js-yaml': [
      {
        id: 1,
        url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
        title: 'Made up',
        severity,
        vulnerable_versions: '<=99',
        cwe: [],
        cvss: { score: 5, vectorString: null },
      },
    ],
  },
});

describe('npm run audit', () => {
  test('a registry that knows of nothing', async () => {
    const { status, stderr, asked } = await audited({});
    expect({ status, asked }).toEqual({ status: 0, asked: 1 });
    expect(stderr).toBe('npm audit: 0 open at moderate or above\n');
  });

  test.each(['moderate', 'high', 'critical'])('a %s advisory without a reason fails', async (severity) => {
    const { status, stderr } = await audited(advisory(severity));
    expect(stderr).toContain(`GHSA-aaaa-bbbb-cccc (${severity}) in js-yaml: Made up.`);
    expect(status).toBe(1);
  });

  test('a low one does not', async () => {
    expect((await audited(advisory('low'))).status).toBe(0);
  });

  test('a registry without the endpoint is not mistaken for a clean one', async () => {
    const { status, stderr } = await audited({ status: 405 });
    expect(stderr).toContain('npm audit was NOT run, nothing is known');
    expect(status).toBe(0);
    expect((await audited({ status: 405 }, '--required')).status).toBe(1);
  });
});
