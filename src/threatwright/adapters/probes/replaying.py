"""One command that sends a request of the evidence once more."""

from __future__ import annotations

import shlex

from threatwright.model.probe_evidence import Exchange
from threatwright.model.probe_request import Authentication


def curl(exchange: Exchange, authentication: Authentication | None = None) -> str:
    """A `curl` command for a POSIX shell. It holds no key: the shell puts in that of the variable.

    Like the run, it takes neither proxies nor options from its surroundings, and follows nothing.
    """
    words = ["curl", "--disable", "--globoff", "--noproxy", "*", "--request", exchange.method]
    for name, value in exchange.headers.items():
        words += ["--header", f"{name}: {value}"]
    command = shlex.join(words)
    if authentication is not None:
        # In double quotes, so that the shell fills it in; neither word can hold a quote.
        how = f"{authentication.scheme} ".lstrip()
        command += f' --header "{authentication.header}: {how}${authentication.variable}"'
    if exchange.body:
        command += f" --data-raw {shlex.quote(exchange.body)}"
    return f"{command} {shlex.quote(exchange.url)}"
