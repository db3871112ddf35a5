"""Bundles the library of the interactive drawing into the wheel, where npm is at hand.

Without npm the package is built all the same, and the pages show the drawing made on the server. By hand:
``python hatch_build.py`` puts the file in place for work in the repository.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
PLACE = "src/plangraph/site/static/cytoscape.min.js"


def bundle(root: Path = ROOT) -> str:
    """Put the locked version of the library in its place; return what was done or why not."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not there: the interactive drawing is left out"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / "npm" / name, folder)
        command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"npm failed ({error}): the interactive drawing is left out"
        if done.returncode:
            return f"npm failed ({done.stderr.strip()[-200:]}): the interactive drawing is left out"
        shutil.copy(Path(folder) / "node_modules/cytoscape/dist/cytoscape.min.js", root / PLACE)
    return f"{PLACE} is in place"


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, without the build tool
    pass
else:

    class DrawingHook(BuildHookInterface):  # type: ignore[type-arg]
        """Hatch's hook: called before a wheel is made."""

        PLUGIN_NAME = "custom"

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Bundle the library and name it as part of the wheel, although the repository does not hold it."""
            root = Path(self.root)
            if not (root / PLACE).is_file() and (root / "npm").is_dir():
                self.app.display_info(bundle(root))
            if (root / PLACE).is_file():
                build_data["artifacts"].append(PLACE)


if __name__ == "__main__":
    print(bundle())
    sys.exit(0 if (ROOT / PLACE).is_file() else 1)
