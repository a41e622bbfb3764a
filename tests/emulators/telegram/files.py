"""Uploaded files: stored once, known by file_id, checked as the server checks photos."""

import hashlib
import io
import warnings
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.emulators.telegram.refusals import RefusalError, bad_request, unmodelled

MAX_PHOTO_BYTES = 10 << 20
MAX_UPLOAD_BYTES = 50 << 20
MAX_DOWNLOAD_BYTES = 20 << 20
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
_THUMBNAIL_SIDE = 320


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """One part of a multipart body."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, eq=False)
class StoredFile:
    """A file on the server; `kind` is photo or document."""

    id: str
    unique_id: str
    kind: str
    path: str
    name: str
    content_type: str
    content: bytes
    width: int = 0
    height: int = 0

    def as_document(self) -> dict[str, Any]:
        return self._identity() | {"file_name": self.name, "mime_type": self.content_type}

    def as_photo(self) -> list[dict[str, Any]]:
        """Give the sizes, smallest first, as the server does."""
        full = self._identity() | {"width": self.width, "height": self.height}
        scale = min(1.0, _THUMBNAIL_SIDE / max(self.width, self.height))
        small = {
            "file_id": f"{self.id}-s",
            "file_unique_id": f"{self.unique_id}s",
            "file_size": len(self.content),
            "width": max(1, round(self.width * scale)),
            "height": max(1, round(self.height * scale)),
        }
        return [small, full] if scale < 1 else [full]

    def _identity(self) -> dict[str, Any]:
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }


@dataclass(slots=True, eq=False)
class FileStore:
    """All files by id and by path; the small size of a photo serves the full bytes."""

    _by_id: dict[str, StoredFile] = field(default_factory=dict)
    _by_path: dict[str, StoredFile] = field(default_factory=dict)

    def resolve(self, kind: str, value: Any, uploads: dict[str, Upload]) -> StoredFile:
        """Find or store the file a parameter speaks of."""
        if not isinstance(value, str) or not value:
            raise bad_request(f"there is no {kind} in the request")
        if value.startswith("attach://"):
            upload = uploads.get(value.removeprefix("attach://"))
            if upload is None:
                raise _wrong_identifier()
            return self._stored(kind, upload)
        if value.startswith(("http://", "https://")):
            raise unmodelled("fetching a file from a URL")
        return self._reused(kind, value)

    def get(self, file_id: str) -> StoredFile:
        stored = self._by_id.get(file_id.removesuffix("-s"))
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return stored

    def at(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def _reused(self, kind: str, file_id: str) -> StoredFile:
        stored = self._by_id.get(file_id.removesuffix("-s"))
        if stored is None:
            raise _wrong_identifier()
        if stored.kind != kind:
            names = f"{stored.kind.capitalize()} as {kind.capitalize()}"
            raise bad_request(f"can't use file of type {names}")
        return stored

    def _stored(self, kind: str, upload: Upload) -> StoredFile:
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > MAX_UPLOAD_BYTES:
            raise RefusalError(413, "Request Entity Too Large")
        width, height = checked_photo(upload) if kind == "photo" else (0, 0)
        number = len(self._by_id) + 1
        suffix = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        stored = StoredFile(
            id=f"{'AgAC' if kind == 'photo' else 'BQAC'}{number:06d}",
            unique_id=hashlib.sha256(upload.content).hexdigest()[:12],
            kind=kind,
            path=f"{kind}s/file_{number}.{suffix}",
            name=upload.name,
            content_type=upload.content_type,
            content=upload.content,
            width=width,
            height=height,
        )
        self._by_id[stored.id] = self._by_path[stored.path] = stored
        return stored


def checked_photo(upload: Upload) -> tuple[int, int]:
    """Width and height of a photo the server would take."""
    size = len(upload.content)
    if size > MAX_PHOTO_BYTES:
        raise bad_request(f'file "{upload.name}" of size {size} bytes is too big for a photo')
    width, height = _dimensions(upload.content)
    if width + height > MAX_PHOTO_SIDES or max(width, height) > MAX_PHOTO_RATIO * min(
        width, height
    ):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _dimensions(content: bytes) -> tuple[int, int]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                size = image.size
                image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    return size


def _wrong_identifier() -> RefusalError:
    return bad_request("wrong file identifier/HTTP URL specified")
