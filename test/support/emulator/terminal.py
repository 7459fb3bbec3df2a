"""Runs a program on a pseudo-terminal; the task is JSON on stdin, the result JSON on stdout (see program.ts)."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

# Only for what hangs.
LIMIT_S = 600

task = json.load(sys.stdin)
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, task["columns"], 0, 0))
on = task["streams"]


def own_terminal():
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


child = subprocess.Popen(
    task["command"],
    stdin=slave if "stdin" in on else subprocess.DEVNULL,
    stdout=slave if "stdout" in on else subprocess.PIPE,
    stderr=slave if "stderr" in on else subprocess.PIPE,
    preexec_fn=own_terminal,
)
os.close(slave)

parts = {master: b""}
names = {master: "screen"}
for name in ("stdout", "stderr"):
    stream = getattr(child, name)
    if stream is not None:
        parts[stream.fileno()] = b""
        names[stream.fileno()] = name

pending = list(task["typing"])
seen = 0
open_fds = set(parts)
deadline = time.monotonic() + LIMIT_S
hung = False
while open_fds:
    if time.monotonic() > deadline:
        hung = True
        child.kill()
        break
    # Asked before the look for output: what it wrote in between would be lost.
    ended = child.poll() is not None
    ready, _, _ = select.select(list(open_fds), [], [], 0.2)
    for fd in ready:
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if data:
            parts[fd] += data
        else:
            open_fds.discard(fd)
    if pending and pending[0]["after"].encode() in parts[master][seen:]:
        seen = len(parts[master])
        os.write(master, pending.pop(0)["type"].encode())
    if not ready and ended:
        break

status = child.wait()
result = {names[fd]: data.decode("utf-8", "replace") for fd, data in parts.items()}
result.setdefault("stdout", "")
result.setdefault("stderr", "")
result["status"] = status if status >= 0 else None
result["signal"] = str(-status) if status < 0 else None
result["hung"] = hung
json.dump(result, sys.stdout)
