import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { skupper, temporaryFolder, type Result, type RunOptions } from '../support/program.js';

/** A data home of its own, and the program working on it as platform linux. */
export interface Site {
  home: string;
  env: Record<string, string>;
  run(args: readonly string[], options?: RunOptions): Promise<Result>;
  /** Every file of the data home by its relative path, with its text. */
  files(): Record<string, string>;
  /** Writes a file of namespace `default` as Skupper would. */
  put(text: string, ...parts: string[]): void;
  /** Writes a file beside the data home and returns its path. */
  file(name: string, text: string | Buffer): string;
  remove(): void;
}

export function newSite(): Site {
  const folder = temporaryFolder();
  const home = folder.at('home');
  const env = { SKUPPER_PLATFORM: 'linux', SKUPPER_MKL_DATA_HOME: home };
  return {
    home,
    env,
    run: (args, options = {}) => skupper(args, { ...options, env: { ...env, ...options.env } }),
    files: () => filesOf(home),
    put(text, ...parts) {
      const file = path.join(home, 'namespaces', 'default', ...parts);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
    file(name, text) {
      const file = folder.at(name);
      writeFileSync(file, text);
      return file;
    },
    remove: () => folder.remove(),
  };
}

/** Every file below a folder by its relative path, with its text. */
export function filesOf(folder: string): Record<string, string> {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return {};
  }
  const files = names.sort().filter((name) => statSync(path.join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

/** Results by title, all started at once: independent programs need not wait for each other. */
export async function runAll<T>(cases: readonly (readonly [string, () => Promise<T>])[]): Promise<Map<string, T>> {
  return new Map(await Promise.all(cases.map(async ([title, run]) => [title, await run()] as const)));
}

export const RESOURCES = path.join('namespaces', 'default', 'input', 'resources');
export const fileOf = (name: string): string => path.join(RESOURCES, `MultiKeyListener-${name}.yaml`);
