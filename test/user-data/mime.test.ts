import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MimePart, mimeDocument } from '../../controller/user-data/mime.ts';
import { userData } from '../../controller/user-data/user-data.ts';
import { pythonJson } from './python.ts';

const script = { contentType: 'text/x-shellscript', body: '#!/bin/sh\necho "a=b" # =3D\n\n.\nFrom here\n' };
const config = { contentType: 'text/cloud-config', body: '#cloud-config\nruncmd:\n  - [ls, -l]\n' };
const hook = { contentType: 'text/cloud-boothook', body: '#!/bin/sh\ntrue\n' };

const emailParser = `
import email, json, sys
message = email.message_from_string(sys.stdin.read())
parts = message.get_payload()
print(json.dumps({
    "type": message.get_content_type(),
    "defects": [repr(each) for part in [message] + parts for each in part.defects],
    "headers": [list(part.keys()) for part in [message] + parts],
    "parts": [[part.get_content_type(), part.get_payload(decode=True).decode("ascii")] for part in parts],
}))`;

/** What cloud-init makes of user data: content type, file name (which decides the order) and body of each part. */
const cloudInitParser = `
import json, sys, tempfile
from cloudinit import helpers, user_data
folder = tempfile.mkdtemp()
paths = helpers.Paths({"cloud_dir": folder, "run_dir": folder})
message = user_data.UserDataProcessor(paths).process(sys.stdin.read())
parts = [part for part in message.walk() if part.get_content_maintype() != "multipart"]
print(json.dumps([[p.get_content_type(), p.get_filename(), p.get_payload(decode=True).decode("ascii")] for p in parts]))`;

function cloudInitInterpreter(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin'];
  const found = folders.map(folder => join(folder, 'cloud-init')).find(path => existsSync(path));
  return found === undefined ? undefined : /^#!\s*(\S+)/.exec(readFileSync(found, 'utf8'))?.[1];
}

const cloudInit = cloudInitInterpreter();
if (cloudInit === undefined) {
  process.stderr.write(
    'NOT PROVED HERE: cloud-init is not installed, so its own parser does not read our user data.\n',
  );
}

const sets: readonly { readonly name: string; readonly parts: readonly MimePart[] }[] = [
  { name: 'one script', parts: [script] },
  { name: 'three kinds of parts', parts: [hook, script, config] },
  { name: 'lines that look like boundaries', parts: [{ ...script, body: '#!/bin/sh\n--x\n--x--\n--==BOUNDARY==\n' }] },
  { name: 'the real boot script', parts: [{ ...script, body: bootScript() }, config] },
];

function bootScript(): string {
  const document = userData({
    registries: [{ secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-AbCdEf', keys: ['ghcr.io'] }],
    failurePolicy: 'Block',
    deadlineSeconds: 300,
    generation: 'g',
  });
  return document.slice(document.indexOf('#!/bin/sh'), document.lastIndexOf('\n--'));
}

describe('mimeDocument', () => {
  it('has the plain form that AWS Batch merges', () => {
    const text = mimeDocument([script, { ...config, body: 'a: 1' }]);

    const boundary = /boundary="([^"]+)"/.exec(text)?.[1];
    expect(boundary).toMatch(/^batchwright-[0-9a-f]{24}$/);
    expect(text).toBe(
      [
        'MIME-Version: 1.0',
        `Content-Type: multipart/mixed; boundary="${boundary}"`,
        '',
        `--${boundary}`,
        'Content-Type: text/x-shellscript; charset="us-ascii"',
        '',
        '#!/bin/sh',
        'echo "a=b" # =3D',
        '',
        '.',
        'From here',
        '',
        `--${boundary}`,
        'Content-Type: text/cloud-config; charset="us-ascii"',
        '',
        'a: 1',
        '',
        `--${boundary}--`,
        '',
      ].join('\n'),
    );
  });

  it('gives equal text for equal parts, and another boundary for others', () => {
    expect(mimeDocument([script])).toBe(mimeDocument([{ ...script }]));
    expect(mimeDocument([script]).split('\n')[1]).not.toBe(mimeDocument([config]).split('\n')[1]);
  });

  it.each(sets)("is read back by Python's email package: $name", ({ parts }) => {
    expect(pythonJson(emailParser, mimeDocument(parts))).toEqual({
      type: 'multipart/mixed',
      defects: [],
      headers: [['MIME-Version', 'Content-Type'], ...parts.map(() => ['Content-Type'])],
      parts: parts.map(part => [part.contentType, part.body]),
    });
  });

  it.skipIf(cloudInit === undefined).each(sets)('is taken apart by cloud-init itself: $name', ({ parts }) => {
    expect(pythonJson(cloudInitParser, mimeDocument(parts), cloudInit)).toEqual(
      parts.map((part, index) => [part.contentType, `part-00${index + 1}`, part.body]),
    );
  });
});
