"""Serves a patched moto on a free loopback port until standard input closes.

The first line on standard output is {"port": N}. Whoever starts it holds the other end of standard input: when that
process ends for any reason, the pipe closes and this one ends too.
"""

import json
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from typing import Any

MOTO_VERSION = "5.2.1"


def end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def explained(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Names the exception in a header, which the traceback on standard error can't do for the caller."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return app(environ, start_response)
        except Exception as error:
            traceback.print_exc()
            text = " ".join(f"{type(error).__name__}: {error}".split())[:500]
            headers = [("content-type", "text/html"), ("x-emulator-error", text.encode("ascii", "replace").decode())]
            start_response("500 Internal Server Error", headers)
            return [b"<!doctype html><title>500 Internal Server Error</title>"]

    return answer


def main() -> None:
    import moto

    if moto.__version__ != MOTO_VERSION:
        sys.exit(f"the emulator patches moto {MOTO_VERSION} and found {moto.__version__}; install requirements.txt")

    from werkzeug.serving import WSGIRequestHandler, make_server

    import compute_environments
    import identity
    import job_definitions  # noqa: F401  importing a module of Batch operations installs them
    import job_queues  # noqa: F401
    import jobs  # noqa: F401
    import launch_templates
    import resource_tags
    import scheduling_policies  # noqa: F401
    import secrets_manager
    from moto.core.models import default_user_config
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    for module in (compute_environments, resource_tags, identity, launch_templates, secrets_manager):
        module.apply()
    default_user_config["batch"] = {"use_docker": False}

    class QuietHandler(WSGIRequestHandler):
        def log_request(self, *args: object) -> None:
            pass

    app = explained(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    os.environ["MOTO_PORT"] = str(server.port)
    threading.Thread(target=end_with_parent, daemon=True).start()
    print(json.dumps({"port": server.port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
