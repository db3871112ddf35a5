"""Run the benchmarks named on the command line, or all of them."""

import importlib
import pkgutil
import sys

import benchmarks

SUITES = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name not in ("__main__", "measuring"))

if __name__ == "__main__":
    chosen = sys.argv[1:] or SUITES
    for name in chosen:
        if name not in SUITES:
            sys.exit(f"there is no benchmark {name!r}; there are: {', '.join(SUITES)}")
        importlib.import_module(f"benchmarks.{name}").run()
