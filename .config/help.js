// Writes dist/help-WIDTH.json: the help that oclif makes, for every command and topic at the widths that people have.
// Help is the same on every run; making it anew takes longer than any command of ours.
import { writeFile } from 'node:fs/promises';
import process from 'node:process';

// Read when oclif is loaded: the pages keep their colours, the program takes them off where none are wanted.
process.env.FORCE_COLOR = '1';
const { Config, Help } = await import('@oclif/core');

/** The program's own line about itself: the reader's Node, not the builder's. */
const ABOUT = '\u0000about\u0000';
const WIDTHS = [40, 60, 80, 100, 120, 160];

const load = () => Config.load({ root: process.cwd(), ignoreManifest: true });
const { commands: all } = await load();
const commands = all.flatMap(({ id, aliases }) => [id, ...aliases]);
const topics = [...new Set(commands.map((id) => id.split(':')[0]))];

class Page extends Help {
  lines = [];
  log(...lines) {
    this.lines.push(...lines);
  }
}

for (const width of WIDTHS) {
  const pages = {};
  for (const id of ['', ...topics, ...commands]) {
    // Help takes the commands of a topic out of the Config that it is given: each page gets a fresh one.
    const config = Object.assign(await load(), { userAgent: ABOUT });
    const page = new Page(config, { ...config.pjson.oclif.helpOptions, maxWidth: width });
    await page.showHelp(id === '' ? [] : [id]);
    pages[id] = `${page.lines.join('\n')}\n`;
  }
  await writeFile(`dist/help-${width}.json`, JSON.stringify(pages));
}
