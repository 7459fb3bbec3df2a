import { jest } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { jsonText } from '../../src/model/text.js';
import { folder, kubeconfig, look, manifest, withServer, word, words } from '../support/hostile/hostile-program.js';
import type { Mode } from '../support/hostile/hostile-server.js';
import { Tally } from '../support/hostile/hostile-tally.js';
import { ALL_HOSTILE, harmIn, HOSTILE, listOf } from '../support/hostile/hostile-text.js';
import { hasTerminal, skupper } from '../support/program.js';
import { LONG } from '../support/verdict/reliability.js';

/** In the long form also one after another: what a longer one hides (a cut, a refusal) the shorter shows. */
const GROUPS = Object.values(HOSTILE).flatMap((_, at, all) => (at % 6 === 0 ? [all.slice(at, at + 6).join('')] : []));
const TEXTS = LONG ? [ALL_HOSTILE, ...GROUPS] : [ALL_HOSTILE];
/** Long enough that something comes, also on a machine that the long form keeps busy. */
const A_WHILE = LONG ? '15s' : '1500ms';
const tally = new Tally();

// Many programs, on a machine that may be busy.
jest.setTimeout(LONG ? 1_800_000 : 300_000);

afterAll(() => {
  folder.remove();
  tally.report('hostile-text');
});

if (!hasTerminal())
  test('there is no python3 to make a terminal with', () => expect(process.env['CI']).not.toBe('true'));

describe.each(TEXTS.map((text, at) => ({ at, text })))('text $at', ({ at, text }) => {
  const columns = 'custom-columns=NAME:.metadata.name,S:.spec,L:.metadata.labels';

  test('a hostile server and kubeconfig: every command and format', async () => {
    const file = folder.at(`listeners-${at}.yaml`);
    writeFileSync(file, manifest(text));
    await withServer(text, async (_server, env) => {
      const lines = [
        ...[
          'status',
          'status -o wide',
          'status -A',
          `status -o ${columns}`,
          'status -o name',
          'status -o json',
          'status -o yaml',
        ],
        ...[
          'status web nope --debug',
          'status --exit-code',
          'status nope -o json',
          'inspect web',
          'inspect web --without east',
        ],
        ...[
          'inspect web -o json',
          'inspect web -o yaml',
          'inspect web --without north',
          'update web --port 81 --diff --wait none',
        ],
        ...['update web --port 81 --timeout 1s', 'update web --weighted east=9 --in-place --settle 100ms --timeout 1s'],
        ...[
          'update web --priority east,west --recreate --timeout 1s --debug',
          'delete web --timeout 1s',
          'delete --all --yes --timeout 1s',
        ],
        ...[
          'delete --all --yes -o name --timeout 1s',
          'wait --all --for create',
          'wait --all --timeout 1s',
          'wait web --for ready --debug',
        ],
        ...[
          'create web 80 --weighted east=1 --force --timeout 1s',
          'create web 80 --weighted east=1',
          `apply -f ${file} --diff`,
          `create -f ${file}`,
        ],
        ...[
          `status -w --timeout ${A_WHILE} -o json`,
          `status -w --timeout ${A_WHILE} -o name`,
          `inspect web -w --timeout ${A_WHILE} -o json`,
        ],
      ];
      await look(
        tally,
        'a hostile server',
        lines.map((line) => ({ args: words(`mkl ${line}`), env })),
      );
      const live = ['mkl status --watch -o wide --timeout 3s', 'mkl inspect web --watch --timeout 3s'];
      await look(
        tally,
        'live',
        live.map((line) => ({ args: words(line), env, sender: 'live' as const })),
      );
    });
  });

  test('the data is true', async () => {
    await withServer(text, async (server, env) => {
      const [json, one] = await Promise.all(
        ['mkl status -o json', 'mkl status web -o json'].map((line) => skupper(words(line), { env })),
      );
      // Compared as escaped texts: what differs is shown on somebody's terminal.
      // In the order of the server, which is that of the names where it is a real one.
      const all = (): object => listOf(server.objects());
      expect(jsonText(JSON.parse(json!.stdout))).toBe(jsonText(all()));
      expect(jsonText(JSON.parse(one!.stdout))).toBe(jsonText(server.objects()[0]));
      server.text = text.toWellFormed();
      const yaml = await skupper(words('mkl status -o yaml'), { env });
      expect(load(yaml.stdout)).toEqual(JSON.parse(jsonText(all())));
      expect(harmIn(yaml.stdout.replaceAll('\ufffd', '')).concat(harmIn(json!.stdout))).toEqual([]);
    });
  });

  test('hostile refusals', async () => {
    const modes: Mode[] = [
      400,
      401,
      403,
      404,
      409,
      410,
      422,
      429,
      500,
      'html',
      'plain',
      'half',
      'headers',
      'control-headers',
      'stream',
      'echo',
    ];
    const lines = [
      'mkl status',
      'mkl update web --port 81 --debug',
      'mkl create web 80 --weighted a=1 -o json',
      'mkl status -w --timeout 2s',
    ];
    await Promise.all(
      modes.map((mode, turn) =>
        withServer(text, async (server, env) => {
          server.mode = mode;
          const some = LONG ? lines : [lines[turn % lines.length]!];
          const runs = some.map((line) => ({ args: words(line), env, sender: 'live' as const }));
          await look(tally, 'hostile refusals', runs);
        }),
      ),
    );
  });

  test('hostile words, variables and kubeconfigs', async () => {
    const env = { SKUPPER_PLATFORM: 'linux', SKUPPER_MKL_DATA_HOME: folder.at('none') };
    const bad = folder.at('broken');
    writeFileSync(bad, `users: [*${word(text)}`);
    const script = `process.stderr.write(${JSON.stringify(text)}); process.exit(1)`;
    // A plugin that may talk to a person has the terminal for itself: one that may not is shown by us.
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', script],
      interactiveMode: 'Never',
    };
    const failing = { KUBECONFIG: kubeconfig('http://127.0.0.1:1', text, { exec }) };
    const absent = { ...exec, command: `no${text.replaceAll('\0', '')}`, installHint: text };
    await look(tally, 'hostile words', [
      { args: words('mkl status', text), env },
      { args: words('mkl status', `--${text}`), env },
      { args: words('mkl status --debug', `--stat${text}=x`), env: { ...env, DEBUG: '*' } },
      { args: words('mkl', `stat${text}`), env: { ...env, DEBUG: '*' } },
      { args: words('', `mkl:${text}`).slice(1), env },
      { args: words('', text).slice(1), env },
      { args: words('mkl status -o', `custom-columns=A${text.replaceAll(/[:,]/g, '')}:.metadata.name`), env: failing },
      ...['-o', '-l', '-n', '-p', '-c', '--kubeconfig', '--data-home', '--sort-by', '--request-timeout'].map(
        (flag) => ({
          args: words(`mkl status ${flag}`, text),
          env: flag === '-c' || flag === '--kubeconfig' ? failing : env,
        }),
      ),
      { args: words('mkl create web 80 --weighted', text, '--host', text, '--label', text, '--observer', text), env },
      { args: words('mkl create --weighted east=1 --no-input', text), env },
      { args: words('mkl wait web --for', text), env },
      { args: words('mkl validate', text, `-${text}`), env },
      { args: words('mkl completion', text), env },
      { args: ['mkl', 'status'], env: { SKUPPER_PLATFORM: word(text) } },
      { args: ['mkl', 'status'], env: { KUBECONFIG: word(text) } },
      { args: ['mkl', 'status'], env: { KUBECONFIG: bad } },
      { args: ['mkl', 'status', '--debug'], env: failing },
      { args: ['mkl', 'status'], env: { KUBECONFIG: kubeconfig('http://127.0.0.1:1', text, { exec: absent }) } },
      { args: ['mkl', 'status'], env: { KUBECONFIG: kubeconfig(text, text) } },
      { args: ['mkl', 'status'], env: { KUBECONFIG: kubeconfig('http://127.0.0.1:1', text, { token: text }) } },
      {
        args: ['mkl', 'create', 'web', '80', '--weighted', 'a=1'],
        env: { KUBECONFIG: kubeconfig('http://127.0.0.1:1', text) },
      },
    ]);
  });

  test('hostile files and sites', async () => {
    // A file system takes 255 bytes for a name.
    const name = [...word(text).replaceAll('/', '')].slice(0, 55).join('');
    const files = folder.at(`files-${at}`, name);
    const site = folder.at(`site-${at}`);
    const resources = path.join(site, 'namespaces', 'default', 'input', 'resources');
    for (const made of [files, resources, path.join(site, 'namespaces', name, 'input', 'resources')])
      mkdirSync(made, { recursive: true });
    for (const where of [files, resources]) {
      writeFileSync(path.join(where, `${name}.yaml`), manifest(text));
      writeFileSync(path.join(where, `b${name}.yaml`), `a: [*${word(text)}\n  b: !${word(text)} "`);
    }
    writeFileSync(
      path.join(resources, 'MultiKeyListener-db.yaml'),
      manifest(text).split('---')[0]!.replaceAll('"web"', '"db"'),
    );
    const env = { SKUPPER_PLATFORM: 'linux', SKUPPER_MKL_DATA_HOME: site };
    const lines = [
      'validate -f F',
      'validate -f F -o github',
      'validate -f F -o json',
      'validate F/*',
      'create -f F',
      'apply -f F --diff',
    ];
    const onSite = [
      'status',
      'status -A -o wide',
      'status db -o yaml',
      'inspect db',
      'update db --port 99 --diff --dry-run client',
      'delete nope',
      'wait --all --timeout 1s',
    ];
    await look(tally, 'hostile files', [
      ...lines.map((line) => ({ args: ['mkl', ...line.split(' ').map((each) => each.replace('F', files))], env })),
      ...onSite.map((line) => ({ args: words(`mkl ${line}`), env })),
    ]);
  });

  test('questions and completion', async () => {
    await withServer(text, async (_server, env) => {
      // What is typed is not pasted in one go: controls below U+0020 are keys to whoever reads them.
      // A text of such controls alone leaves nothing, and an empty answer is another question.
      const paste =
        [...word(text)]
          .filter((char) => char > '\u007f')
          .slice(0, 60)
          .join('') || '\u202e';
      const typing = [
        { after: 'Name of the resource:', type: `${paste}\r` },
        { after: 'metadata.name', type: '\u0015web\r' },
        { after: 'Port of the listener:', type: `\u0015${paste}\r` },
        { after: 'spec.port', type: '\u001581\r' },
        { after: 'Strategy', type: '\r' },
        { after: 'Routing keys', type: ' \r' },
        { after: 'Other routing keys', type: `${paste}\r` },
        { after: 'spec.strategy', type: '\u0003' },
      ];
      const sender = 'prompts' as const;
      await look(tally, 'questions', [
        { args: ['mkl', 'create'], env, typing, sender },
        { args: ['mkl', 'delete', '--all'], env, typing: [{ after: 'Delete', type: 'n\r' }], sender },
      ]);
      const typed = [
        ['mkl', 'status', ''],
        ['mkl', 'status', '-c', ''],
        ['mkl', 'create', '--weighted', ''],
        ['mkl', 'status', '-l', ''],
      ];
      const asked = await Promise.all(typed.map((line) => skupper(['mkl', '__complete', '--', ...line], { env })));
      for (const { stdout } of asked) {
        const harm = harmIn(stdout.replaceAll('\t', ' '));
        tally.add('completion, pipe', stdout, harm);
        expect(harm).toEqual([]);
      }
    });
  });
});
