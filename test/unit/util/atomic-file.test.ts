import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeFileAtomically } from '../../../src/util/atomic-file.js';

const folder = mkdtempSync(path.join(tmpdir(), 'mkl-atomic-'));
const at = (name: string): string => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the text replaces what was there, with the mode that was asked for', async () => {
  writeFileSync(at('a'), 'old');
  await writeFileAtomically(at('a'), 'new', { mode: 0o600 });
  expect(readFileSync(at('a'), 'utf8')).toBe('new');
  expect(statSync(at('a')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['a']);
});

test('a failure in either step leaves the old file, and no temporary one', async () => {
  const refuse = (): Promise<void> => Promise.reject(new Error('no'));
  for (const options of [{ prepare: refuse }, { put: refuse }]) {
    await expect(writeFileAtomically(at('a'), 'newer', options)).rejects.toThrow('no');
  }
  await expect(writeFileAtomically(at('none/b'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(readFileSync(at('a'), 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['a']);
});

test('where the folder for temporary files is of another file system, the own folder serves', async () => {
  const places: string[] = [];
  const put = async (file: string): Promise<void> => {
    places.push(path.dirname(file));
    if (places.length === 1) throw Object.assign(new Error('cross-device'), { code: 'EXDEV' });
    writeFileSync(at('a'), readFileSync(file));
  };
  await writeFileAtomically(at('a'), 'moved', { temporary: tmpdir(), put });
  expect(places).toEqual([tmpdir(), folder]);
  expect(readFileSync(at('a'), 'utf8')).toBe('moved');
});
