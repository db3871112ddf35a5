"""What a process gives up before it looks at a stranger's query; each step says whether it took hold."""

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def die_with_parent(parent: int) -> None:
    """Have this process killed when its parent ends, however that ends (Linux; elsewhere nothing happens).

    ``parent`` is the process id of the parent, which may have ended before this one came to ask.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)


def no_files() -> bool:
    """Take away the right to open anything, a socket included: what is open stays open, and nothing can be added."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        return True
    return False


def no_network() -> bool:
    """Leave the network where the system allows it without rights (Linux namespaces), before threads are started.

    For a worker whose store must go on opening files.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            return bool(ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)
    return False


def bounded_memory(size: int) -> bool:
    """Let this process take ``size`` bytes beside what it has now, and write no core file."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        now = 0
        with contextlib.suppress(OSError):
            now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + size, now + size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        return True
    return False


def yield_to_others() -> None:
    """Let the process that speaks HTTP go first when the processors are busy."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)
