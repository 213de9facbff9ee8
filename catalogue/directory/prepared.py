"""What a process made of the catalogue, kept on disk for the next start: one signed file beside the index.

It may be deleted at any time. Only a file that was signed with the key of this site is read at all, so
nobody who can write in the folder can let us run anything; one that is torn, or made by another version of
the program or of a library that shapes it, is as good as none.
"""

from __future__ import annotations

import hmac
import io
import logging
import os
import pickle
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from catalogue.config import ROOT

log = logging.getLogger(__name__)

FILE = "gereed.bin"
# Everything that decides what is read from the database and derived from it.
ROOMS = ("data", "directory", "models", "places", "search")
SEEDS = ("plaatsnamen.toml", "regios.toml")
LIBRARIES = ("numpy", "pyspellchecker", "snowballstemmer", "whoosh")
SIGNATURE_BYTES = 32


@cache
def program() -> str:
    """A short hash of the program and the libraries that shape what is kept."""
    digest = sha256(sys.version.encode())
    for library in LIBRARIES:
        try:
            digest.update(f"{library} {version(library)}".encode())
        except PackageNotFoundError:
            digest.update(f"{library} -".encode())
    files = [path for room in ROOMS for path in (ROOT / "catalogue" / room).iterdir() if path.is_file()]
    for path in sorted([*files, *(ROOT / "seeds" / name for name in SEEDS)]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class PreparedFile:
    """The file in the folder of the index. Reading never raises; nothing is lost where it cannot be written.

    `shared` objects are left out of the file by their name and put in again when it is read: they are the
    ones that this process read from the database itself.
    """

    def __init__(self, folder: Path, secret: str) -> None:
        self._path = folder / FILE
        self._key = hmac.digest(secret.encode(), f"{FILE} {program()}".encode(), "sha256")

    def read(self, shared: Mapping[str, object]) -> Any | None:
        """What was kept, or None where there is nothing that can be trusted."""
        try:
            packed = self._path.read_bytes()
        except OSError:
            return None
        signature, content = packed[:SIGNATURE_BYTES], memoryview(packed)[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, hmac.digest(self._key, content, "sha256")):
            return None
        return _Unpickler(content, shared).load()

    def write(self, kept: object, shared: Mapping[str, object]) -> None:
        """Keep it, in the place of what was kept before."""
        stream = io.BytesIO()
        _Pickler(stream, shared).dump(kept)
        content = stream.getbuffer()
        try:
            handle, temporary = tempfile.mkstemp(prefix=FILE, dir=self._path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hmac.digest(self._key, content, "sha256"))
                    file.write(content)
                Path(temporary).replace(self._path)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            log.warning("What the next start needs cannot be kept; it will take longer: %s", error)


class _Pickler(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, shared: Mapping[str, object]) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._names = {id(one): name for name, one in shared.items()}

    def persistent_id(self, obj: object) -> str | None:
        return self._names.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: memoryview, shared: Mapping[str, object]) -> None:
        super().__init__(io.BytesIO(content))
        self._shared = shared

    def persistent_load(self, pid: str) -> object:
        return self._shared[pid]
