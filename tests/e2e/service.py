# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of a running service share: starting one, and counting what
does not hold."""

import atexit
import re
import subprocess

_failed = 0


def expect(good, what):
    """Prints what does not hold."""
    global _failed
    if not good:
        _failed += 1
        print("FAILED:", what, flush=True)


def failed():
    """How much did not hold."""
    return _failed


def start(sealdesk, data, log, *options):
    """The process, and its port, which it chooses; 0 when it does not start.
    It ends with this one, also when a test fails."""
    process = subprocess.Popen(
        [sealdesk, "serve", "--data", data, "--port", "0", *options],
        stdout=subprocess.PIPE, stderr=open(log, "ab"))
    atexit.register(process.terminate)
    for line in process.stdout:
        found = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
        if found:
            return process, int(found.group(1))
    return process, 0
