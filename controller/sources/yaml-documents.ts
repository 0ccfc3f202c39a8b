import { parseEvents } from 'js-yaml';
import { type YamlLimits, yamlLimits } from './yaml-limits.ts';
import { lineStarts, positionAt } from './yaml-lines.ts';
import type { YamlDocument } from './yaml-node.ts';
import type { Problem } from './yaml-problem.ts';
import { syntaxFault } from './yaml-syntax.ts';
import { yamlTrees } from './yaml-tree.ts';

/** The documents of one file and everything that is wrong with it. With problems, `documents` may be incomplete. */
export interface ParsedYaml {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly Problem[];
  /** True when some document could not be read at all, so that nobody knows what it declares. */
  readonly unreadable: boolean;
}

/**
 * Reads the documents of a YAML or JSON text without giving any scalar a type. Each document is parsed by itself, so
 * an error in one hides nothing in the others. Never throws on any text.
 */
export function parseManifests(text: string, file: string, limits: YamlLimits = yamlLimits): ParsedYaml {
  const starts = lineStarts(text);
  const problems: Problem[] = [];
  const documents: YamlDocument[] = [];
  let unreadable = false;
  const report = (offset: number, message: string) => {
    problems.push({ file, path: '', message, ...positionAt(starts, offset) });
  };

  const fault = textFault(text, starts, limits);
  if (fault) {
    report(fault.offset, fault.message);
    return { documents, problems, unreadable: true };
  }
  const chunks = documentChunks(text, starts);
  if (chunks.length > limits.documents) {
    report(chunks[limits.documents] ?? 0, `a file can hold ${limits.documents} documents at most`);
    return { documents, problems, unreadable: true };
  }
  chunks.forEach((start, index) => {
    const chunk = text.slice(start, chunks[index + 1] ?? text.length);
    const size = Buffer.byteLength(chunk);
    if (size > limits.documentBytes) {
      unreadable = true;
      report(start, `a document can have ${limits.documentBytes} bytes at most`);
      return;
    }
    const directive = directiveOffset(chunk);
    if (directive !== undefined) {
      unreadable = true;
      report(start + directive, 'directives (lines that begin with %) are not supported; leave it out');
      return;
    }
    try {
      const roots = yamlTrees({
        text: chunk,
        events: parseEvents(chunk, { maxDepth: limits.depth }),
        limits,
        position: offset => positionAt(starts, start + offset),
        report: (position, message) => problems.push({ file, path: '', message, ...position }),
      });
      documents.push(...roots.map(root => ({ file, root })));
    } catch (error) {
      const { offset, message } = syntaxFault(error);
      unreadable = true;
      report(start + offset, message);
    }
  });
  return { documents, problems, unreadable };
}

function textFault(text: string, starts: readonly number[], limits: YamlLimits) {
  const nul = text.indexOf('\0');
  if (nul >= 0) return { offset: nul, message: 'the file holds a NUL character; is it text?' };
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? text.length;
    if (end - start <= limits.lineBytes / 3) continue;
    if (Buffer.byteLength(text.slice(start, end)) <= limits.lineBytes) continue;
    return { offset: start, message: `a line can have ${limits.lineBytes} bytes at most` };
  }
  return undefined;
}

/** Offsets at which documents begin: the text's start, each `---` line, and the line after each `...` line. */
function documentChunks(text: string, starts: readonly number[]): readonly number[] {
  const chunks = [0];
  for (const [index, start] of starts.entries()) {
    const marker = text.slice(start, start + 3);
    if (marker !== '---' && marker !== '...') continue;
    const following = text[start + 3];
    if (following !== undefined && !/\s/.test(following)) continue;
    const begin = marker === '---' ? start : (starts[index + 1] ?? text.length);
    if (begin > (chunks.at(-1) ?? 0)) chunks.push(begin);
  }
  return chunks;
}

/** Where a directive stands in front of a document, if there is one. Inside a document a line may begin with %. */
function directiveOffset(chunk: string): number | undefined {
  for (const { 0: line, index } of chunk.matchAll(/[^\n\r]+/g)) {
    if (/^[ \t]*(?:#|$)/.test(line)) continue;
    return line.startsWith('%') ? index : undefined;
  }
  return undefined;
}
