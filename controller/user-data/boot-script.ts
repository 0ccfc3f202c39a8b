import { bootProgram } from './boot.generated.ts';

/** What happens to an instance that does not get its registry logins before the deadline. */
export type FailurePolicy = 'Continue' | 'Block' | 'Terminate';

/** What the boot program is told; see boot.py for the meaning of each member. */
export interface BootConfiguration {
  readonly generation: string;
  readonly policy: FailurePolicy;
  readonly suffix: string;
  readonly deadline: number;
  readonly refresh?: number;
  readonly pull?: string;
  readonly registries: readonly { readonly arn: string; readonly keys: readonly string[] }[];
}

/**
 * Continue: the agent starts with the logins that could be had. Block: the agent stays away from the cluster, and a
 * later refresh may let it in. Terminate: powering off, which ends the instance if its launch template says so.
 */
const policyCommands: Readonly<Record<FailurePolicy, readonly string[]>> = {
  Continue: ['exit 0'],
  Block: [
    'mkdir -p "$home" && : >"$home/blocked"',
    'systemctl mask ecs.service',
    'systemctl stop --no-block ecs.service',
    'exit 1',
  ],
  Terminate: ['systemctl poweroff --no-block || shutdown -h now', 'exit 1'],
};

/** Base64 in lines of ordinary length; Python ignores the line ends. */
function wrapped(base64: string): string {
  return base64.replace(/.{1,120}/g, '$&\n');
}

/**
 * The shell script of the user data: finds a Python 3, hands it the embedded program and configuration, and carries out
 * the failure policy if there is no Python or the program fails. Assumes validated values (see `userDataProblems`):
 * nothing is quoted here, and all of the configuration but its generation and policy travels as base64.
 */
export function bootScript(configuration: BootConfiguration): string {
  const { generation, policy } = configuration;
  return `#!/bin/sh
# Batchwright, generation ${generation}: gives the ECS agent its registry logins. This script holds no credentials; the
# program reads them from AWS Secrets Manager with the instance's role and is kept as /var/lib/batchwright/boot.py.
set -u
set +x
umask 077
root=\${BATCHWRIGHT_BOOT_ROOT:-}
home=$root/var/lib/batchwright

give_up() {
  ${policyCommands[policy].join('\n  ')}
}

fail() {
  line='batchwright-registry-auth {"status":"failed","mode":"boot","generation":"${generation}","policy":"${policy}","problems":["'$1'"]}'
  echo "$line"
  { echo "$line" >>"$root/dev/console"; } 2>/dev/null
  give_up
}

python=
for each in python3 /usr/libexec/platform-python; do
  if "$each" -c 'import sys; sys.exit(sys.version_info < (3, 7))' 2>/dev/null; then
    python=$each
    break
  fi
done
[ -n "$python" ] || fail PythonMissing
mkdir -p "$home" || fail ProgramNotWritten
"$python" -I -c 'import base64, sys, zlib
sys.stdout.buffer.write(zlib.decompress(base64.b64decode(sys.stdin.read())))' >"$home/boot.py" <<'END' || fail ProgramNotWritten
${wrapped(bootProgram)}END
cat >"$home/config" <<'END' || fail ConfigurationNotWritten
${wrapped(Buffer.from(JSON.stringify(configuration)).toString('base64'))}END

"$python" -I "$home/boot.py" boot </dev/null
code=$?
case $code in
  0) exit 0 ;;
  3) give_up ;;
  *) fail "ProgramExit$code" ;;
esac
`;
}
