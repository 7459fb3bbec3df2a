import process from 'node:process';
import { stripVTControlCharacters } from 'node:util';
import { colourLevel } from '../cli/terminal/colour.js';
import { standardOutput } from '../cli/terminal/streams.js';
import type { OwnFiles } from './own-files.js';

/** The widths that the build makes pages for (.config/help.js). */
const WIDTHS = [160, 120, 100, 80, 60, 40];
const ABOUT = '\u0000about\u0000';

/** `skupper-multikeylistener/0.1.0 linux-x64 node-v20.19.0`. */
export function about(files: OwnFiles): string {
  const { name, version } = JSON.parse(files('package.json')) as Record<string, string>;
  return `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`;
}

/**
 * The help page of a command or topic, which oclif wrote at build time, in the widest version that fits the terminal.
 *
 * @param id an oclif id, `` for the program itself
 * @returns undefined if there is no such command or topic
 */
export function helpPage(id: string, files: OwnFiles, noColor: boolean): string | undefined {
  const stdout = standardOutput();
  const columns = stdout.columns ?? 80;
  const width = WIDTHS.find((each) => each <= columns) ?? 40;
  const page = (JSON.parse(files(`dist/help-${width}.json`)) as Record<string, string>)[id];
  const text = page?.replace(ABOUT, () => about(files));
  return text && colourLevel(stdout.isTTY, process.env, noColor) === 0 ? stripVTControlCharacters(text) : text;
}
