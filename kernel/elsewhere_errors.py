"""Errors of reading on other machines: branches of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import Unavailable


class NoScheduler(Unavailable):
    """values: address, reason."""

    code = "no-scheduler"
    _title = Bilingual("Không gặp được nơi chia việc đọc {address}", "The scheduler {address} cannot be reached")
    _remedy = Bilingual(
        "Chạy `./run scheduler {address}` và kiểm tra mạng; các trang đã nhận vẫn chờ và sẽ được đọc",
        "Run `./run scheduler {address}` and check the network; what was taken in waits and will be read",
    )


class NobodyReads(Unavailable):
    """values: address."""

    code = "nobody-reads"
    _title = Bilingual("Không có máy nào đang đọc cho {address}", "No machine reads for {address}")
    _remedy = Bilingual(
        "Chạy `./run worker {address}` trên ít nhất một máy; các trang đã nhận vẫn chờ và sẽ được đọc",
        "Run `./run worker {address}` on at least one machine; what was taken in waits and will be read",
    )


class WorkerUnfit(Unavailable):
    """values: reason."""

    code = "worker-unfit"
    _title = Bilingual(
        "Một máy đọc trả lời sai cách ({reason})", "A machine that reads does not do as it should ({reason})"
    )
    _remedy = Bilingual(
        "Kiểm tra mọi máy đọc dùng cùng một phiên bản tàng thư; các trang đã nhận vẫn chờ và sẽ được đọc",
        "See that all machines that read have the same version of tangthu; what was taken in waits and will be read",
    )
