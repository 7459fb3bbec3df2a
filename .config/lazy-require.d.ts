export function lazily(source: string): string;
