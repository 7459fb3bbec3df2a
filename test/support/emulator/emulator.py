"""A pseudo-terminal for emulator.ts.

Arguments: columns, rows, then the command. What the program writes goes to stdout as it is; descriptor 3 gets a line of
JSON when it starts and one when it ends; stdin takes a line of JSON for each key, resize or signal.
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

columns, rows, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
master, slave = pty.openpty()


def resize(columns, rows):
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def say(**event):
    try:
        os.write(3, (json.dumps(event) + "\n").encode())
    except BrokenPipeError:
        # The test is over already.
        pass


def own_terminal():
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


resize(columns, rows)
before = termios.tcgetattr(slave)
child = subprocess.Popen(
    command, stdin=slave, stdout=slave, stderr=slave, preexec_fn=own_terminal, close_fds=True
)
say(pid=child.pid)


def obey(line):
    task = json.loads(line)
    if "keys" in task:
        os.write(master, task["keys"].encode())
    if "columns" in task:
        resize(task["columns"], task["rows"])
    if "signal" in task:
        child.send_signal(getattr(signal, task["signal"]))


waiting = b""
controlled = True
while True:
    # The slave stays open here, so that its modes can be read in the end: the master never tells of an end.
    ended = child.poll() is not None
    ready, _, _ = select.select([master, 0] if controlled else [master], [], [], 0 if ended else 0.05)
    if master in ready:
        sys.stdout.buffer.write(os.read(master, 65536))
        sys.stdout.buffer.flush()
    if 0 in ready:
        data = os.read(0, 65536)
        if data == b"":
            # Nobody looks any more.
            controlled = False
            child.kill()
        *lines, waiting = (waiting + data).split(b"\n")
        for line in lines:
            if not ended:
                obey(line)
    if ended and master not in ready:
        break

after = termios.tcgetattr(slave)
status = child.returncode
say(
    status=status if status >= 0 else None,
    signal=signal.Signals(-status).name if status < 0 else None,
    modesKept=before[:4] == after[:4],
)
