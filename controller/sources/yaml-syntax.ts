import { YAMLException } from 'js-yaml';

interface Row {
  readonly reason: RegExp;
  readonly message: string;
}

const general = 'this is not valid YAML';

/** What the parser complains about, told in our own fixed words: the parser's own messages can quote the file. */
const rows: readonly Row[] = [
  { reason: /^nesting exceeded/, message: 'the nesting is too deep' },
  { reason: /^tab characters/, message: 'a tab must not be used for indentation; use spaces' },
  { reason: /^bad indentation/, message: 'the indentation does not fit the lines above' },
  { reason: /^deficient indentation/, message: 'the indentation ends a quoted text or bracket that is not closed' },
  { reason: /within a (?:single|double) quoted scalar$/, message: 'a quoted text is not closed' },
  { reason: /within a flow collection$/, message: 'a bracket or brace is not closed' },
  { reason: /^missed comma/, message: 'a comma is missing between two entries' },
  { reason: /^expected the node content/, message: 'there is a comma too many' },
  { reason: /^expected ':'/, message: 'a key must be followed by a colon and a space' },
  { reason: /^a whitespace character is expected after/, message: 'a colon after a key must be followed by a space' },
  { reason: /multiline key/, message: 'a key, here or just above, lacks its colon and space' },
  {
    reason: /^unknown escape|^expected hexadecimal/,
    message: 'a backslash is followed by something that is no escape',
  },
  { reason: /^expected valid JSON character|non-printable/, message: 'there is a control character in the text' },
  { reason: /^end of the stream or a document separator/, message: 'something follows the end of the document' },
  { reason: /^null byte/, message: 'the file holds a NUL character; is it text?' },
  { reason: /\btag\b|^undeclared|previously declared/, message: 'tags are not supported' },
  { reason: /\banchor\b|\balias\b/, message: 'an anchor or alias is not written correctly' },
];

/** The offset and our words for an error of the parser; anything else that was thrown is thrown on. */
export function syntaxFault(error: unknown): { readonly offset: number; readonly message: string } {
  if (!(error instanceof YAMLException)) throw error;
  const message = rows.find(({ reason }) => reason.test(error.reason))?.message ?? general;
  return { offset: error.mark?.position ?? 0, message };
}
