import { pythonJson } from '../user-data/python.ts';

/** One part of a MIME document, decoded. */
export interface MimePart {
  readonly type: string;
  readonly body: string;
}

const parser = `
import email, json, sys
message = email.message_from_string(sys.stdin.read())
parts = message.get_payload()
assert message.get_content_type() == "multipart/mixed", message.get_content_type()
defects = [repr(each) for part in [message] + parts for each in part.defects]
assert not defects, defects
print(json.dumps([{"type": part.get_content_type(), "body": part.get_payload(decode=True).decode("utf-8")} for part in parts]))`;

/** The parts of a MIME archive as Python's standard library reads them; fails when it finds anything wrong. */
export function mimeParts(document: string): readonly MimePart[] {
  return pythonJson(parser, document) as readonly MimePart[];
}
