"""Writing files so that a reader sees the old one or the new one, never a half."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from plangraph.errors import UsageError
from plangraph.paths import packaged


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file with LF line ends: beside its place, flushed to disk, then renamed over the old one."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file beside its place, flush it to disk, and rename it over the old one.

    A pipe or a device is written to as it is. Raises UsageError when there is no such folder, when it cannot be
    written, or when it belongs to the installed package; the old file is then untouched.
    """
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}", where=str(path), mend="make it first, or check the name")
    with _writable(path):
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        import tempfile

        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def write_all(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write several files into a folder; all are complete beside their places before the first is renamed.

    Raises UsageError as :func:`write_bytes` does, but makes a folder that is not there.
    """
    with _writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with fresh_folder(folder, ".writing") as beside:
            for name, content in contents.items():
                place = beside / name
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            for name in contents:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (beside / name).replace(folder / name)


@contextmanager
def fresh_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Yield an empty folder inside ``parent`` that is gone afterwards, also when the work fails."""
    import shutil
    import tempfile

    with _writable(parent):
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def replace_folder(new: Path, place: Path) -> None:
    """Put a finished folder in the place of an old one, which comes back when the new one cannot take its place.

    ``new`` lies in a :func:`fresh_folder` of its own, which takes the old folder away with it.
    """
    old = new.parent / "old"
    with _writable(place.parent):
        if place.exists():
            place.rename(old)
        try:
            new.rename(place)
        except OSError:
            if old.exists():
                old.rename(place)
            raise


@contextmanager
def _writable(place: Path) -> Iterator[None]:
    shipped = packaged()
    if shipped and place.resolve().is_relative_to(shipped):
        raise UsageError(
            "this belongs to the installed package: what is written here breaks it, and is lost with the next version",
            where=str(place),
            mend="name your data with --data DIR; 'plangraph data DIR' makes a copy of what came with the package",
        )
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"cannot write: {error.strerror or error}",
            where=str(place),
            mend="choose another place, or mend its rights or free space",
        ) from error
