"""Runs a program on a pseudo-terminal that goes away once a text has appeared on it.

The task is JSON on stdin, the result JSON on stdout (see hang-up.ts). Unless it is the program's controlling terminal the kernel
sends no SIGHUP, as for a program that `disown` or `setsid` cut off.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

# Only for what hangs.
LIMIT_S = 600

task = json.load(sys.stdin)
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))


def own_terminal():
    os.setsid()
    if task["controlling"]:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


files = {}
for name in ("stdin", "stdout", "stderr"):
    path = task["files"].get(name)
    files[name] = slave if path is None else open(path, "r" if name == "stdin" else "w")
child = subprocess.Popen(task["command"], preexec_fn=own_terminal, **files)
os.close(slave)

seen = b""
deadline = time.monotonic() + LIMIT_S
while task["after"].encode() not in seen and child.poll() is None and time.monotonic() < deadline:
    if select.select([master], [], [], 0.1)[0]:
        try:
            seen += os.read(master, 65536)
        except OSError:
            break
os.close(master)
try:
    status = child.wait(max(1, deadline - time.monotonic()))
except subprocess.TimeoutExpired:
    child.kill()
    status = child.wait()
result = {
    "seen": seen.decode("utf-8", "replace"),
    "status": max(status, 0),
    "signal": signal.Signals(-status).name if status < 0 else None,
}
json.dump(result, sys.stdout)
