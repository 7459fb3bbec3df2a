// Writes dist/help-WIDTH.json: oclif's help pages of every command and topic, for common widths of terminals. They are made at build
// time, because making them takes longer than any command. oclif reads the commands from oclif.manifest.json if it exists.
import { writeFile } from 'node:fs/promises';
import process from 'node:process';

// oclif reads this when it is loaded. The pages have colours; the program removes them if the output must not have any.
process.env.FORCE_COLOR = '1';
const { Config, Help } = await import('@oclif/core');

/** Placeholder for the program's version line, which the program fills in, because it names the Node that runs. */
const ABOUT = '\u0000about\u0000';
const WIDTHS = [40, 60, 80, 100, 120, 160];

const load = () => Config.load({ root: process.cwd() });
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
    // Help removes the commands of a topic from its Config, so each page gets a new one.
    const config = Object.assign(await load(), { userAgent: ABOUT });
    const page = new Page(config, { ...config.pjson.oclif.helpOptions, maxWidth: width });
    await page.showHelp(id === '' ? [] : [id]);
    pages[id] = `${page.lines.join('\n')}\n`;
  }
  await writeFile(`dist/help-${width}.json`, JSON.stringify(pages));
}
