"""Bundles the library of the interactive drawing into the wheel and the source archive, where npm is at hand.

Without npm, or when it fails or takes longer than ``SECONDS``, the package is built all the same with a warning, and
the pages show the drawing made on the server. A wheel made of the source archive asks no network: the library is there.

By hand: ``python hatch_build.py`` puts the file in place for work in the repository.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
SECONDS = 60
PLACE = "src/plangraph/site/static/cytoscape.min.js"


def bundle(root: Path = ROOT, seconds: float = SECONDS) -> str:
    """Put the locked version of the library in its place; return what was done or why not."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not there: the interactive drawing is left out"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / "npm" / name, folder)
        command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        said = Path(folder) / "said"
        try:
            # Into a file: a process that npm started would hold a pipe open after npm has been ended.
            with said.open("wb") as file:
                subprocess.run(command, cwd=folder, stdout=file, stderr=file, timeout=seconds, check=True)
            shutil.copy(Path(folder) / "node_modules/cytoscape/dist/cytoscape.min.js", root / PLACE)
        except (OSError, subprocess.SubprocessError) as error:
            told = said.read_text(encoding="utf-8", errors="replace").strip()[-200:]
            return f"npm failed ({error}; {told}): the interactive drawing is left out"
    return f"{PLACE} is in place"


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, without the build tool
    pass
else:

    class DrawingHook(BuildHookInterface):  # type: ignore[type-arg]
        """Hatch's hook: called before a wheel or a source archive is made."""

        PLUGIN_NAME = "custom"

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Bundle the library and name it as part of the package, although the repository does not hold it."""
            root = Path(self.root)
            if not (root / PLACE).is_file() and (root / "npm").is_dir():
                said = bundle(root)
                (self.app.display_info if (root / PLACE).is_file() else self.app.display_warning)(said)
            if (root / PLACE).is_file():
                build_data["artifacts"].append(PLACE)


if __name__ == "__main__":
    print(bundle())
    sys.exit(0 if (ROOT / PLACE).is_file() else 1)
