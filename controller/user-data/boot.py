"""Gives the ECS agent of a Batch instance its registry logins, which it reads from AWS Secrets Manager.

Runs as root on the instance, first from user data (`boot`), later perhaps from a systemd timer (`refresh`). It needs
Python 3.7 and its standard library, nothing else: no AWS CLI, no jq, no Docker daemon, no download. Logins live in the
memory of this process and in /etc/ecs/ecs.config (0600); they never reach output, arguments, environment or other files.

Configuration: base64 JSON in the file `config` beside this program, written by user-data.ts:
    generation  text that tells configurations apart in the status line
    policy      what the shell wrapper does after a failure; only reported here
    suffix      DNS suffix of the partition
    deadline    seconds after which retrying ends
    refresh     seconds between refreshes, absent for none
    pull        value for ECS_IMAGE_PULL_BEHAVIOR, absent to leave it alone
    registries  list of {arn, keys}: a secret, and the keys of ECS_ENGINE_AUTH_DATA that its login serves

Exit status: 0 all logins in place, 3 not all (a status line says why), anything else died without a status line.
Comments and docstrings stay out of user data, so they may be long; each must stand on lines of its own.
The variables BATCHWRIGHT_BOOT_* point the program at stand-ins for the machine and AWS, for tests.
"""
import base64
import hashlib
import hmac
import http.client
import itertools
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.environ.get("BATCHWRIGHT_BOOT_ROOT", "")
PACE = float(os.environ.get("BATCHWRIGHT_BOOT_PACE", "1"))
IMDS = os.environ.get("BATCHWRIGHT_BOOT_IMDS", "http://169.254.169.254 http://[fd00:ec2::254]").split()
SECRETS = os.environ.get("BATCHWRIGHT_BOOT_SECRETS")

UNIT = "batchwright-registry-auth"
HOME = ROOT + "/var/lib/batchwright/"
STATE = ROOT + "/run/batchwright/registry-auth.json"
AGENT = ROOT + "/etc/ecs/ecs.config"
TYPE = "ECS_ENGINE_AUTH_TYPE"
DATA = "ECS_ENGINE_AUTH_DATA"

# How long a refusal may be a new role or secret that AWS has not spread everywhere yet, in seconds.
SETTLE = 120
# One environment string of a process may have 128 KiB on Linux, name included.
LONGEST = 100000

# Whether a failure is worth another try.
NEVER, SETTLING, ALWAYS = range(3)
SETTLING_CODES = (
    "AccessDeniedException",
    "DecryptionFailure",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "ResourceNotFoundException",
    "UnrecognizedClientException",
)


class Fault(Exception):
    """A known failure. `reason` is one word made here or an error code of AWS, never a piece of a message or value."""

    def __init__(self, reason, retry=NEVER):
        Exception.__init__(self, reason)
        self.reason = reason
        self.retry = retry


def exchange(base, method, path, headers, body=None, timeout=5):
    """One HTTP exchange, past any proxy: (status, text)."""
    scheme, _, host = base.partition("://")
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(host, timeout=timeout)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read(1000000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise Fault("Unreachable:" + type(error).__name__, ALWAYS) from None
    finally:
        connection.close()


def metadata(base, token, path):
    """One value of the instance metadata service, version 2; 404 gives None."""
    status, text = exchange(base, "GET", "/latest/meta-data/" + path, {"X-aws-ec2-metadata-token": token}, None, 3)
    if status not in (200, 404):
        raise Fault("Metadata%d" % status, ALWAYS)
    return text if status == 200 else None


def instance_credentials():
    """Credentials of the instance role. A profile may show up late, so every failure is worth another try."""
    for base in IMDS:
        try:
            ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "300"}
            status, token = exchange(base, "PUT", "/latest/api/token", ttl, None, 3)
            break
        except Fault:
            if base == IMDS[-1]:
                raise Fault("MetadataUnreachable", ALWAYS) from None
    if status != 200:
        raise Fault("MetadataToken%d" % status, ALWAYS)
    path = "iam/security-credentials/"
    role = metadata(base, token, path)
    text = role and metadata(base, token, path + role.split("\n")[0].strip())
    if not text:
        raise Fault("NoInstanceProfile", ALWAYS)
    try:
        found = json.loads(text)
        return found["AccessKeyId"], found["SecretAccessKey"], found["Token"]
    except (ValueError, KeyError, TypeError):
        raise Fault("NoInstanceCredentials", ALWAYS) from None


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def signature(secret, day, region, text):
    """Signature Version 4 of a string to sign."""
    key = ("AWS4" + secret).encode()
    for part in (day, region, "secretsmanager", "aws4_request", text):
        key = hmac.new(key, part.encode(), "sha256").digest()
    return key.hex()


def get_secret_value(arn, suffix):
    """Secrets Manager's answer for the current version of a secret: (status, text)."""
    access, secret, token = instance_credentials()
    region = arn.split(":")[3]
    body = json.dumps({"SecretId": arn})
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": "secretsmanager.%s.%s" % (region, suffix),
        "x-amz-date": now,
        "x-amz-security-token": token,
        "x-amz-target": "secretsmanager.GetSecretValue",
    }
    names = ";".join(headers)
    lines = ["%s:%s" % pair for pair in headers.items()]
    request = "\n".join(["POST", "/", ""] + lines + ["", names, sha256(body)])
    scope = "%s/%s/secretsmanager/aws4_request" % (now[:8], region)
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope, sha256(request)])
    headers["authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
        access, scope, names, signature(secret, now[:8], region, text)
    )
    return exchange(SECRETS or "https://" + headers["host"], "POST", "/", headers, body)


def refusal(status, text):
    """The Fault for an error answer of Secrets Manager."""
    try:
        code = json.loads(text)["__type"].split("#")[-1]
    except (ValueError, KeyError, TypeError, AttributeError):
        code = ""
    if not re.fullmatch("[A-Za-z]{1,64}", code):
        code = "Http%d" % status
    if re.search("(marked for|scheduled for) deletion|was deleted", text):
        return Fault("SecretMarkedForDeletion")
    if status == 429 or status >= 500 or re.search("Throttl|TooManyRequests|RequestLimit|InternalService", code):
        return Fault(code, ALWAYS)
    return Fault(code, SETTLING if code in SETTLING_CODES else NEVER)


def keys_for(url):
    """Agent keys for the `registry_url` of a secret, by the controller's rules; used when it gave no keys."""
    host, _, path = re.sub("^https?://", "", url.lower()).partition("/")
    path = path.strip("/")
    if host in ("docker.io", "index.docker.io", "registry-1.docker.io"):
        return ["https://index.docker.io/v1/"]
    known = re.fullmatch("localhost|[a-z0-9-]*[.][a-z0-9.-]*(:[0-9]+)?|[a-z0-9-]+:[0-9]+", host)
    if not known or not re.fullmatch("[a-z0-9._/-]*", path):
        raise Fault("SecretRegistryUrlInvalid")
    names = [] if path in ("", "v1", "v2") else [host + "/" + path + end for end in "/:@"]
    return names + [host]


def login(text, keys):
    """(agent keys, auth value) of a secret text. The agent and Docker end the user name at the first colon."""
    try:
        # The agent's own reader of secrets ignores letter case in names.
        fields = {name.lower(): value for name, value in json.loads(text).items()}
        user, password = fields.get("username"), fields.get("password")
        url = fields.get("registry_url")
    except (ValueError, AttributeError):
        raise Fault("SecretNotJsonObject") from None
    if not isinstance(user, str) or not user or ":" in user or re.search("[\x00-\x1f\x7f-\x9f]", user):
        raise Fault("SecretUsernameInvalid")
    if not isinstance(password, str) or not password:
        raise Fault("SecretPasswordInvalid")
    try:
        auth = base64.b64encode((user + ":" + password).encode()).decode()
    except ValueError:
        raise Fault("SecretNotUnicode") from None
    return keys or keys_for(url if isinstance(url, str) else ""), auth


def fetch(registry, suffix):
    """(agent keys, auth value, version id) of one registry, or a Fault."""
    status, text = get_secret_value(registry["arn"], suffix)
    if status != 200:
        raise refusal(status, text)
    try:
        answer = json.loads(text)
        version = answer["VersionId"]
    except (ValueError, KeyError, TypeError):
        raise Fault("UnexpectedAnswer", ALWAYS) from None
    if not isinstance(answer.get("SecretString"), str):
        raise Fault("SecretIsBinary")
    return login(answer["SecretString"], registry["keys"]) + (version,)


def fetch_all(registries, suffix, deadline):
    """What could be fetched, and for the rest the last reason, by ARN. Rounds with full jitter until the deadline."""
    started = time.monotonic()
    fetched, reasons, pending = {}, {}, registries
    for attempt in itertools.count():
        again = []
        for registry in pending:
            arn = registry["arn"]
            try:
                fetched[arn] = fetch(registry, suffix)
                reasons.pop(arn, None)
            except Fault as fault:
                reasons[arn] = fault.reason
                age = (time.monotonic() - started) / PACE
                if fault.retry == ALWAYS or fault.retry == SETTLING and age < SETTLE:
                    again.append(registry)
        age = (time.monotonic() - started) / PACE
        wait = random.uniform(0.2, min(20, 2 ** min(attempt, 9)))
        if not again or age + wait > deadline:
            return fetched, reasons
        time.sleep(wait * PACE)
        pending = again


def read(path):
    """Text of a file, any bytes allowed; empty when there is none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def write(path, text):
    """Replaces a file in one step; no one but root can read it at any moment."""
    path = os.path.realpath(path)
    folder = os.path.dirname(path)
    os.makedirs(folder, 0o755, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=".batchwright-", dir=folder)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def json_object(text):
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {}


def configure(auths, complete, pull):
    """Puts the logins into the agent's file; returns whether it changed.

    Lines of others stay as they are. With some secrets out of reach the logins already there stay too; with nothing
    fetched at all, so do the lines.
    """
    old = read(AGENT)
    lines = old.split("\n")
    if lines[-1] == "":
        lines.pop()
    pairs = [(line.partition("=")[0].strip(), line) for line in lines]
    have = {name: line.partition("=")[2].strip() for name, line in pairs}
    if not complete and have.get(TYPE) == "dockercfg":
        auths = dict(json_object(have.get(DATA, "")), **auths)
    own = {}
    if auths:
        own = {TYPE: "dockercfg", DATA: json.dumps(auths, sort_keys=True, separators=(",", ":"))}
    if pull:
        own["ECS_IMAGE_PULL_BEHAVIOR"] = pull
    if len(own.get(DATA, "")) > LONGEST:
        raise Fault("AuthDataTooLong")
    wanted = ["%s=%s" % pair for pair in own.items()]
    if sorted(line for name, line in pairs if name in own) == sorted(wanted):
        return False
    # Should this process die between the two writes, the next run restarts the agent.
    write(STATE, json.dumps(dict(json_object(read(STATE)), restart=True)))
    write(AGENT, "".join(line + "\n" for line in [line for name, line in pairs if name not in own] + wanted))
    return True


def systemctl(*arguments):
    """Runs systemctl; returns whether it succeeded."""
    try:
        quiet = subprocess.DEVNULL
        command = ("systemctl",) + arguments
        return subprocess.call(command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=60) == 0
    except (OSError, subprocess.SubprocessError):
        return False


def install_timer(seconds):
    """A systemd timer that runs this program in refresh mode, also after reboots; returns whether it is in place."""
    units = ROOT + "/etc/systemd/system/" + UNIT
    head = "[Unit]\nDescription=Batchwright: registry logins for the ECS agent\n"
    write(
        units + ".service",
        head + "Wants=network-online.target\nAfter=network-online.target\n[Service]\nType=oneshot\nUMask=0077\n"
        "ExecStart=%s -I %sboot.py refresh\n" % (sys.executable, HOME),
    )
    write(
        units + ".timer",
        head + "[Timer]\nOnActiveSec=%d\nOnUnitInactiveSec=%d\nRandomizedDelaySec=%d\n[Install]\n"
        "WantedBy=timers.target\n" % (seconds, seconds, seconds // 10),
    )
    return systemctl("enable", "--now", "--no-block", UNIT + ".timer")


def restart_agent():
    """The agent reads logins only when it starts.

    try-restart leaves an agent alone that is still waiting to start, as during user data; --no-block because waiting
    for it here would wait for ourselves.
    """
    return systemctl("try-restart", "--no-block", "ecs.service")


def unblock_agent():
    """Undoes the wrapper's Block policy once all logins are in place."""
    if systemctl("unmask", "ecs.service") and systemctl("start", "--no-block", "ecs.service"):
        os.unlink(HOME + "blocked")
        return True
    return False


def guarded(problems, problem, action, *arguments):
    """Runs an action; notes a problem by name, whatever goes wrong, so that no message or traceback gets out."""
    try:
        result = action(*arguments)
        if result is False:
            problems.append(problem)
        return result
    except Fault as fault:
        problems.append(fault.reason)
    except Exception as error:
        problems.append("%s:%s" % (problem, type(error).__name__))
    return None


def apply(config, mode, status, problems):
    """Fetches and configures everything; fills in the status. Returns whether all logins are in place."""
    deadline = min(config["deadline"], config.get("refresh", 86400)) if mode == "refresh" else config["deadline"]
    fetched, reasons = fetch_all(config["registries"], config["suffix"], deadline)
    versions = {arn: found[2] for arn, found in fetched.items()}
    status["secrets"] = [
        {"arn": arn, "reason": reasons[arn]} if arn in reasons else {"arn": arn, "version": versions[arn]}
        for arn in [registry["arn"] for registry in config["registries"]]
    ]
    auths = {}
    # Keys from the controller come before keys from a secret, which include a bare host that may be another's.
    for registry in sorted(config["registries"], key=lambda registry: not registry["keys"]):
        keys, auth, _ = fetched.get(registry["arn"], ((), "", ""))
        for key in keys:
            auths.setdefault(key, {"auth": auth})
    changed = configure(auths, not reasons, config.get("pull"))
    status["changed"] = changed
    state = {"generation": config["generation"], "versions": versions}
    if (changed or json_object(read(STATE)).get("restart")) and not restart_agent():
        problems.append("AgentNotRestarted")
        state["restart"] = True
    write(STATE, json.dumps(state))
    if not reasons and os.path.exists(HOME + "blocked"):
        guarded(problems, "AgentNotUnblocked", unblock_agent)
    return not reasons


def report(status, console):
    """The one line that the controller can find in the log and in the console output of the instance."""
    line = UNIT + " " + json.dumps(status, separators=(",", ":")) + "\n"
    sys.stdout.write(line)
    sys.stdout.flush()
    if console:
        try:
            descriptor = os.open(ROOT + "/dev/console", os.O_WRONLY | os.O_APPEND | os.O_NOCTTY)
            os.write(descriptor, line.encode())
            os.close(descriptor)
        except OSError:
            pass


def main(mode):
    config = json.loads(base64.b64decode(read(HOME + "config")).decode())
    # Name look-ups know no timeout. A process that this alarm ends leaves it to the wrapper to say so.
    signal.alarm(config["deadline"] + 60)
    status, problems = {"status": "ok", "mode": mode, "generation": config["generation"]}, []
    complete = guarded(problems, "NotConfigured", apply, config, mode, status, problems)
    if mode == "boot" and "refresh" in config:
        guarded(problems, "TimerNotInstalled", install_timer, config["refresh"])
    if not complete:
        status["status"] = "failed"
        status["policy"] = config["policy"]
    if problems:
        status["problems"] = problems
    report(status, mode == "boot" or status.get("changed"))
    # At boot, trouble with systemctl alone is no reason to keep an instance out that has its logins.
    return 0 if complete and (mode == "boot" or not problems) else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
