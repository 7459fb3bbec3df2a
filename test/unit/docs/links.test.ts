import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'test/reliability/RESULTS.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const MOST_LINES = 150;
/** Pages that the program and its trials write. */
const GENERATED = ['docs/commands.md', 'test/reliability/RESULTS.md'];

const textOf = (page: string): string => readFileSync(page, 'utf8');
const withoutCode = (text: string): string => text.replace(/^```[^]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchor of a heading, as the repository's host makes it. */
function anchorOf(heading: string): string {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
  return plain
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/ /g, '-');
}

function anchorsOf(page: string): Set<string> {
  const text = textOf(page).replace(/^```[^]*?^```$/gm, '');
  return new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)));
}

/** Why a relative link leads nowhere; undefined where it leads somewhere. */
function broken(page: string, link: string): string | undefined {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : path.join(path.dirname(page), file);
  if (!existsSync(target)) return `${page}: ${link} does not exist`;
  if (anchor === undefined || anchorsOf(target).has(anchor)) return undefined;
  return `${page}: ${link}: there is no such heading`;
}

test.each(PAGES)('every relative link of %s leads somewhere', (page) => {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const relative = links.filter((link) => !/^[a-z]+:/.test(link));
  expect(relative.flatMap((link) => broken(page, link) ?? [])).toEqual([]);
});

test('docs/README.md lists every page', () => {
  const index = textOf('docs/README.md');
  const pages = readdirSync('docs').filter((name) => name !== 'README.md');
  expect(pages.filter((name) => !index.includes(`](${name})`))).toEqual([]);
});

test(`no page that a person writes has more than ${MOST_LINES} lines`, () => {
  const long = PAGES.filter((page) => !GENERATED.includes(page) && textOf(page).split('\n').length > MOST_LINES + 1);
  expect(long).toEqual([]);
});
