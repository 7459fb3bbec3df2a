import { chmodSync, linkSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findOther, searchedFolders } from '../../../../src/cli/handover/find.js';
import { isLoop, readGuard, writeGuard } from '../../../../src/cli/handover/guard.js';
import { inheritedStreams } from '../../../../src/cli/handover/run-other.js';
import { temporaryFolder } from '../../../support/program.js';

describe('the other skupper', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const at = (...parts: string[]): string => path.join(realpathSync(folder.path), ...parts);
  function program(name: string, mode = 0o755): string {
    mkdirSync(at(name), { recursive: true });
    writeFileSync(at(name, 'skupper'), '#!/bin/sh\n');
    chmodSync(at(name, 'skupper'), mode);
    return at(name, 'skupper');
  }
  const self = program('self');
  const find = (...folders: string[]): ReturnType<typeof findOther> =>
    findOther({ env: { PATH: folders.join(':') }, self });

  test('the first of the PATH that is not this program', () => {
    const [one] = [program('one'), program('two')];
    expect(find(at('self'), at('none'), at('one'), at('two'))).toEqual({ found: one, passedOver: [] });
  });

  test('never this program, under no name', () => {
    mkdirSync(at('links'));
    symlinkSync(self, at('links', 'skupper'));
    mkdirSync(at('hard'));
    linkSync(self, at('hard', 'skupper'));
    symlinkSync(at('links'), at('folder-link'));
    expect(find(at('links'), at('hard'), at('folder-link'), at('self'))).toEqual({ passedOver: [] });
  });

  test('nothing from the current directory: empty, ".", relative', () => {
    program('here');
    const before = process.cwd();
    process.chdir(at('here'));
    try {
      expect(find('', '.', './', '../here', 'here')).toEqual({ passedOver: [] });
    } finally {
      process.chdir(before);
    }
    expect(searchedFolders({ PATH: ':.::/usr/bin:bin:/usr/bin:' }, 'linux')).toEqual(['/usr/bin']);
    expect(searchedFolders({}, 'linux')).toEqual([]);
    expect(searchedFolders({ Path: 'C:\\bin;"C:\\a b";bin;' }, 'win32')).toEqual(['C:\\bin', 'C:\\a b']);
  });

  test('no folder, nothing that is not executable, no dangling link', () => {
    mkdirSync(at('folder', 'skupper'), { recursive: true });
    program('plain', 0o644);
    mkdirSync(at('dangling'));
    symlinkSync(at('nowhere'), at('dangling', 'skupper'));
    // As root every file is executable as soon as one of its bits is set.
    expect(find(at('folder'), at('plain'), at('dangling'))).toEqual({ passedOver: [] });
  });

  test('nothing that everybody could have put there', () => {
    const good = program('good');
    const file = program('open-file', 0o757);
    const inFolder = program('open-folder');
    chmodSync(at('open-folder'), 0o777);
    const sticky = program('sticky');
    chmodSync(at('sticky'), 0o1777);
    const below = program('open-above/bin');
    chmodSync(at('open-above'), 0o777);
    mkdirSync(at('link-into'));
    symlinkSync(inFolder, at('link-into', 'skupper'));
    const names = ['open-file', 'open-folder', 'sticky', 'open-above/bin', 'link-into', 'good'];
    const { found, passedOver } = find(...names.map((name) => at(name)));
    expect(found).toBe(good);
    expect(passedOver.map((each) => each.file)).toEqual([file, inFolder, sticky, below, at('link-into', 'skupper')]);
    for (const { why } of passedOver) expect(why).toMatch(/is world-writable$/);
  });

  test('a sticky folder further up, as /tmp is, does no harm', () => {
    const below = program('tmp/bin');
    chmodSync(at('tmp'), 0o1777);
    expect(find(at('tmp', 'bin')).found).toBe(below);
  });

  test('what led back to this program is not tried again', () => {
    const [wrapper, real] = [program('wrapper'), program('real')];
    const PATH = `${at('wrapper')}:${at('real')}`;
    expect(findOther({ env: { PATH }, self, tried: [wrapper] })).toEqual({
      found: real,
      passedOver: [{ file: wrapper, why: 'it resolves to this program' }],
    });
  });
});

describe('the guard', () => {
  const argv = ['site', 'status'];
  const once = writeGuard(readGuard(undefined, argv), argv, ['/a']);

  test('the same words remember what was tried, other words do not', () => {
    expect(readGuard(once, argv)).toEqual({ depth: 1, tried: ['/a'] });
    expect(readGuard(once, ['site'])).toEqual({ depth: 1, tried: [] });
    const twice = writeGuard(readGuard(once, argv), argv, ['/a', '/b']);
    expect(readGuard(twice, argv)).toEqual({ depth: 2, tried: ['/a', '/b'] });
  });

  test('words that change each time go round eight times and no more', () => {
    let value: string | undefined;
    let rounds = 0;
    for (; !isLoop(readGuard(value, [`${rounds}`])); rounds += 1)
      value = writeGuard(readGuard(value, [`${rounds}`]), [`${rounds}`], []);
    expect(rounds).toBe(8);
  });

  test.each(['', 'x', '{}', '[]', '{"depth":"x","tried":3}', 'null'])('garbage counts as none: %s', (value) => {
    expect(readGuard(value, argv)).toEqual({ depth: 0, tried: [] });
  });
});

test('what a word refers to by its descriptor is inherited', () => {
  expect(inheritedStreams(['a', '-f', '/dev/fd/4'])).toEqual(['inherit', 'inherit', 'inherit', 'ignore', 4]);
  expect(inheritedStreams(['/dev/fd/1', '/dev/fd/9999', 'x'])).toHaveLength(3);
});
