import type { Headers } from './answer.ts';

const mostCharacters = 1024;
const mostWarnings = 20;

/** The `Warning` headers that kubectl prints, one per text; long texts and long lists are cut. */
export function warningHeaders(texts: readonly string[]): Headers {
  const distinct = [...new Set(texts)];
  if (distinct.length === 0) return {};
  const more = distinct.length > mostWarnings ? [`and ${distinct.length - mostWarnings} more`] : [];
  return { Warning: [...distinct.slice(0, mostWarnings), ...more].map(text => `299 - "${quoted(text)}"`) };
}

function quoted(text: string): string {
  const short = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  return short.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, character => `\\${character}`);
}
