import { load } from 'js-yaml';
import { ApiDouble } from '../support/double/api-double.js';
import { skupper } from '../support/program.js';
import { resource } from '../unit/fixtures.js';
import { newSite } from './site.js';

test('what is printed of a stored resource is applied without a difference', async () => {
  const double = await ApiDouble.start();
  try {
    const env = { KUBECONFIG: await double.kubeconfig() };
    const annotations = { team: 'a', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const stored = resource({ metadata: { name: 'web', labels: { app: 'shop' }, annotations, finalizers: ['a/b'] } });
    double.storage.create('multikeylisteners', 'default', stored as never);
    const printed = await skupper(['mkl', 'generate', '--from', 'web'], { env });
    expect(load(printed.stdout)).toEqual({
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name: 'web', labels: { app: 'shop' }, annotations: { team: 'a' } },
      spec: stored.spec,
    });
    const applied = await skupper(['mkl', 'apply', '-f', '-', '--diff', '--dry-run', 'server'], {
      env,
      stdin: { text: printed.stdout },
    });
    expect([printed.status, applied.status, applied.stdout]).toEqual([
      0,
      0,
      'multikeylistener/web unchanged (dry run)\n',
    ]);
    const named = await skupper(['mkl', 'generate', '--from', 'web', '-n', 'default'], { env });
    expect(load(named.stdout)).toMatchObject({ metadata: { namespace: 'default' } });
    expect((await skupper(['mkl', 'generate', '--from', 'nope'], { env })).status).toBe(3);
  } finally {
    await double.stop();
  }
});

test('--from stands alone', async () => {
  const site = newSite();
  try {
    const both = await site.run(['mkl', 'generate', 'web', '80', '--from', 'web']);
    const flags = await site.run(['mkl', 'generate', '--from', 'web', '--weighted', 'a=1']);
    expect([both.status, both.stdout, flags.status, flags.stdout]).toEqual([2, '', 2, '']);
  } finally {
    site.remove();
  }
});
