import { commaParts } from '../model/strategy.js';
import type { LabelColumns } from '../view/status.js';
import { Flags } from './oclif.js';

/** Flags of tables that can show labels. */
export const labelFlags = {
  'label-columns': Flags.string({
    char: 'L',
    description: 'show these labels as columns; may repeat',
    helpValue: 'KEY,',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'show-labels': Flags.boolean({ description: 'show all labels in the last column' }),
};

/** The label columns of --label-columns and --show-labels. */
export function labelColumns(flags: { 'label-columns'?: string[]; 'show-labels'?: boolean }): LabelColumns {
  const labels = commaParts(flags['label-columns'] ?? []).filter((label) => label !== '');
  return { labels, showLabels: flags['show-labels'] };
}
