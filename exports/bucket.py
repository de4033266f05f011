"""Finished exports in a bucket of an S3-compatible store: private, whole or not there, and what was written.

An object appears when all of it has been received, so putting it is what renaming is on a disk. What goes
wrong is an OSError, as it is on a disk.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings

_BLOCK: Final = 1 << 20


def is_used() -> bool:
    """Whether this installation keeps finished exports in a bucket."""
    return settings.EXPORT_BUCKET is not None


def put(key: str, path: Path, *, sha256: str) -> None:
    """Store a file, then read it back: raises OSError unless the bucket holds the very bytes of this hash."""
    with _as_os_error(), path.open("rb") as file:
        _storage().bucket.upload_fileobj(file, key, ExtraArgs={"ContentType": "application/octet-stream"})
    if _hash_of(key) != sha256:
        remove(key)
        raise OSError(f"The bucket does not hold what was written as {key}")


def open_file(key: str) -> BinaryIO:
    """An object, for reading block by block; raises FileNotFoundError."""
    with _as_os_error():
        body: BinaryIO = _storage().bucket.Object(key).get()["Body"]
        return body


def is_there(key: str) -> bool:
    """Whether there is such an object."""
    with _as_os_error():
        return bool(_storage().exists(key))


def remove(key: str) -> None:
    """Delete an object, if it is there."""
    with _as_os_error():
        _storage().delete(key)


def remove_all(directory: str, goes: Callable[[str], bool] = lambda _name: True) -> None:
    """Delete the objects of one export, those whose names are to go."""
    with _as_os_error():
        for found in list(_storage().bucket.objects.filter(Prefix=f"{directory}/")):
            if goes(found.key.removeprefix(f"{directory}/")):
                found.delete()


def signed_address(key: str, *, name: str, content_type: str) -> str:
    """An address of the object that anybody may use for a minute, and that downloads it under a name."""
    with _as_os_error():
        address: str = _storage().url(
            key,
            expire=settings.EXPORT_SIGNED_SECONDS,
            parameters={
                "ResponseContentDisposition": f'attachment; filename="{name}"',
                "ResponseContentType": content_type,
                "ResponseCacheControl": "no-store, private",
            },
        )
        return address


def _hash_of(key: str) -> str:
    digest = hashlib.sha256()
    with _as_os_error(), open_file(key) as body:
        while block := body.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _storage() -> Any:
    return _connect(tuple((settings.EXPORT_BUCKET or {}).items()))


@cache
def _connect(options: tuple[tuple[str, Any], ...]) -> Any:
    # Loaded where it is used: without a bucket no process needs the library's 40 MB.
    from botocore.config import Config
    from storages.backends.s3 import S3Storage

    config = Config(
        signature_version="s3v4",
        connect_timeout=5,
        read_timeout=60,
        retries={"max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "path"},
        # Not every store knows the checksums of Amazon's; ours is the hash of what is read back.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    # An object without a list of rights of its own is private, and stores that know no such lists refuse one.
    return S3Storage(**dict(options), default_acl=None, file_overwrite=True, client_config=config)


@contextmanager
def _as_os_error() -> Iterator[None]:
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
            raise FileNotFoundError(str(error)) from error
        raise OSError(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(str(error)) from error
