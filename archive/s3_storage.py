"""A bucket on S3-compatible storage, or what lies below a prefix in one. The client is used here only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import s3fs
from botocore.exceptions import BotoCoreError, ClientError

from kernel.errors import BadValue, Unavailable


@dataclass(frozen=True, slots=True)
class S3Account:
    """Where the storage is and who we are there; what is empty is found as usual on this machine."""

    endpoint_url: str = ""
    region: str = ""
    key: str = ""
    secret: str = ""


class S3Storage:
    """Objects by name. BadValue for a URL that is not s3://bucket or s3://bucket/prefix; else as `unavailable`."""

    def __init__(self, url: str, account: S3Account) -> None:
        scheme, _, rest = url.partition("://")
        self.bucket, _, prefix = rest.partition("/")
        if scheme != "s3" or not self.bucket:
            raise BadValue(name="TANGTHU_ORIGINALS_URL", value=url, expected="s3://bucket/prefix")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.files = s3fs.S3FileSystem(
            key=account.key or None,
            secret=account.secret or None,
            endpoint_url=account.endpoint_url or None,
            client_kwargs={"region_name": account.region} if account.region else {},
            skip_instance_cache=True,
        )

    def key(self, name: str) -> str:
        """The object's name within the bucket."""
        return f"{self._prefix}{name}"

    def call(self, method: str, name: str, **more: Any) -> Any:
        """One call about one object, its errors as they come: see `unavailable`."""
        return self.files.call_s3(method, Bucket=self.bucket, Key=self.key(name), **more)

    def read(self, name: str, start: int, end: int) -> bytes:
        """A part of an object."""
        with unavailable():
            content: bytes = self.files.cat_file(f"{self.bucket}/{self.key(name)}", start=start, end=end)
            return content

    def size(self, name: str) -> int | None:
        """Bytes of an object as it is now; None if there is none."""
        with unavailable():
            try:
                return int(self.call("head_object", name)["ContentLength"])
            except FileNotFoundError:
                return None

    def put_new(self, name: str, body: object, **more: Any) -> bool:
        """Puts an object unless there is one of this name, which is left as it is; whether it was put."""
        with unavailable():
            try:
                self.call("put_object", name, Body=body, IfNoneMatch="*", **more)
            except FileExistsError:
                return False
            except OSError as error:
                if not _is_precondition(error):
                    raise
                return False
        return True

    def listed(self, prefix: str = "", after: str = "") -> Iterator[tuple[str, int]]:
        """(name, bytes) of the objects whose names begin so, in the order of their bytes, a thousand at a time."""
        more: dict[str, str] = {"StartAfter": self.key(after)} if after else {}
        while True:
            with unavailable():
                page = self.files.call_s3("list_objects_v2", Bucket=self.bucket, Prefix=self.key(prefix), **more)
            for found in page.get("Contents", ()):
                yield found["Key"].removeprefix(self._prefix), int(found["Size"])
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}


@contextmanager
def unavailable() -> Iterator[None]:
    """Whatever the storage answers but FileNotFoundError, or if it does not: Unavailable, to be tried again later."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (OSError, BotoCoreError, ClientError) as error:
        raise Unavailable(reason=str(error)) from error


def _is_precondition(error: OSError) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and cause.response["Error"]["Code"] in ("PreconditionFailed", "412")
