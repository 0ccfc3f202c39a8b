/** What one manifest file may hold. Sizes are bytes of UTF-8. */
export interface YamlLimits {
  readonly fileBytes: number;
  readonly documentBytes: number;
  readonly documents: number;
  readonly lineBytes: number;
  readonly depth: number;
  readonly keysPerMapping: number;
  readonly aliases: number;
  /** Nodes that all aliases of a document together may stand for. */
  readonly aliasNodes: number;
  /** Characters of text that all aliases of a document together may stand for. */
  readonly aliasCharacters: number;
  /** Problems reported per file; what follows is counted, not listed. */
  readonly problems: number;
}

/** The limits in force unless the caller says otherwise. */
export const yamlLimits: YamlLimits = {
  fileBytes: 1024 * 1024,
  documentBytes: 256 * 1024,
  documents: 1000,
  lineBytes: 64 * 1024,
  depth: 64,
  keysPerMapping: 5000,
  aliases: 100,
  aliasNodes: 10_000,
  aliasCharacters: 256 * 1024,
  problems: 100,
};
