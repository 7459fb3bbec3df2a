import { createTwoFilesPatch } from 'diff';
import type { MultiKeyListener } from '../model/resource.js';
import { desired } from '../model/build.js';
import { dumpYaml } from '../yaml/dump.js';
import type { Style } from './style.js';
import { escapeLines, escapeText } from './text.js';

/** A unified diff of two manifests without status and server-set metadata; no lines if they are equal. */
export function renderDiff(before: MultiKeyListener | undefined, after: MultiKeyListener, style: Style): string[] {
  const old = before ? dumpYaml(desired(before)) : '';
  const next = dumpYaml(desired(after));
  if (old === next) return [];
  const name = escapeText(`MultiKeyListener-${after.metadata.name}.yaml`);
  const patch = createTwoFilesPatch(before ? `a/${name}` : '/dev/null', `b/${name}`, old, next, undefined, undefined, {
    context: 3,
  });
  const lines = escapeLines(patch).split('\n').slice(1);
  return lines.filter((line, index) => line !== '' || index < lines.length - 1).map((line) => paint(line, style));
}

function paint(line: string, style: Style): string {
  if (line.startsWith('+++') || line.startsWith('---')) return style.bold(line);
  if (line.startsWith('+')) return style.good(line);
  if (line.startsWith('-')) return style.bad(line);
  return line.startsWith('@@') ? style.dim(line) : line;
}
