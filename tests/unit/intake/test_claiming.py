"""A file belongs to one living process, and to the next one when that process is dead."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ingest.intake.claiming import Claim, DropClaims, SpoolClaims, anew, forget
from kernel.locks import Owner


def claims_of(tmp_path: Path) -> tuple[Owner, DropClaims]:
    owner = Owner(tmp_path / "owners")
    return owner, DropClaims(tmp_path / "claimed", owner)


def one(claims: DropClaims, incoming: Path, relative: str) -> Claim | None:
    taken, failures = claims.take(incoming, [relative])
    assert not failures
    return taken[0] if taken else None


def drop(tmp_path: Path, *names: str) -> Path:
    incoming = tmp_path / "incoming"
    for name in names:
        (incoming / name).parent.mkdir(parents=True, exist_ok=True)
        (incoming / name).write_bytes(name.encode("utf-8", "surrogateescape"))
    return incoming


def test_a_claim_keeps_the_path_and_moves_the_file(tmp_path: Path) -> None:
    incoming = drop(tmp_path, "2019/hop-3/a.pdf")
    _, claims = claims_of(tmp_path)
    claim = one(claims, incoming, "2019/hop-3/a.pdf")
    assert claim and claim.fresh and claim.relative == "2019/hop-3/a.pdf"
    assert claim.path.read_bytes() == b"2019/hop-3/a.pdf"
    assert not (incoming / "2019/hop-3/a.pdf").exists()
    assert (incoming / "2019/hop-3").is_dir()
    assert one(claims, incoming, "2019/hop-3/a.pdf") is None


def test_many_threads_claim_each_file_once(tmp_path: Path) -> None:
    names = [f"{number}.txt" for number in range(300)]
    incoming = drop(tmp_path, *names)
    processes = [claims_of(tmp_path)[1] for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda claims: [one(claims, incoming, name) for name in names], processes))
    got = [claim.relative for claims in taken for claim in claims if claim]
    assert sorted(got) == sorted(names)


def test_claims_of_a_dead_owner_are_adopted_with_their_delivery(tmp_path: Path) -> None:
    odd = os.fsdecode(b"b\xe1o\n-c\xe1o.pdf")
    incoming = drop(tmp_path, "x/a.pdf", odd)
    dead, claims = claims_of(tmp_path)
    first, second = one(claims, incoming, "x/a.pdf"), one(claims, incoming, odd)
    assert first and second
    _, other = claims_of(tmp_path)
    assert other.adopt() == []
    dead.close()
    adopted = {claim.delivery_id: claim for claim in other.adopt()}
    assert {key: (claim.relative, claim.fresh) for key, claim in adopted.items()} == {
        first.delivery_id: ("x/a.pdf", False),
        second.delivery_id: (odd, False),
    }
    assert adopted[second.delivery_id].path.read_bytes() == b"b\xe1o\n-c\xe1o.pdf"
    assert not first.folder.parent.exists()


def test_a_claim_that_was_emptied_before_the_kill_is_only_cleared_away(tmp_path: Path) -> None:
    incoming = drop(tmp_path, "x/y/a.pdf")
    dead, claims = claims_of(tmp_path)
    claim = one(claims, incoming, "x/y/a.pdf")
    assert claim
    claim.path.unlink()
    dead.close()
    _, other = claims_of(tmp_path)
    assert other.adopt() == []
    assert not claim.folder.parent.exists()


def test_forgetting_removes_the_file_and_all_its_folders(tmp_path: Path) -> None:
    incoming = drop(tmp_path, "x/y/a.pdf")
    _owner, claims = claims_of(tmp_path)
    claim = one(claims, incoming, "x/y/a.pdf")
    assert claim
    forget(claim)
    forget(claim)
    claims.close()
    assert list((tmp_path / "claimed").iterdir()) == []
    assert (incoming / "x/y").is_dir()


def test_anew_makes_another_delivery_of_the_same_file(tmp_path: Path) -> None:
    incoming = drop(tmp_path, "x/a.pdf")
    _, claims = claims_of(tmp_path)
    claim = one(claims, incoming, "x/a.pdf")
    assert claim
    other = anew(claim)
    assert other.delivery_id != claim.delivery_id and other.path.read_bytes() == b"x/a.pdf"
    assert not claim.folder.exists()


def test_a_folder_that_was_swapped_in_for_a_file_goes_back_whole(tmp_path: Path) -> None:
    incoming = drop(tmp_path, "a.pdf/inside.pdf")
    _, claims = claims_of(tmp_path)
    assert one(claims, incoming, "a.pdf") is None
    assert (incoming / "a.pdf/inside.pdf").read_bytes() == b"a.pdf/inside.pdf"


def test_a_batch_has_one_folder_and_each_file_a_delivery_that_anyone_finds_again(tmp_path: Path) -> None:
    incoming = drop(tmp_path, "a.pdf", "x/a.pdf", "x/b.pdf")
    dead, claims = claims_of(tmp_path)
    taken, failures = claims.take(incoming, ["a.pdf", "x/a.pdf", "x/b.pdf", "gone.pdf"])
    assert not failures
    assert len({claim.folder for claim in taken}) == 1
    assert len({claim.delivery_id for claim in taken}) == 3
    assert {len(claim.delivery_id) for claim in taken} == {26}
    forget(taken[1])
    assert taken[2].path.exists()
    dead.close()
    _, other = claims_of(tmp_path)
    assert {claim.delivery_id for claim in other.adopt()} == {taken[0].delivery_id, taken[2].delivery_id}


def test_what_cannot_be_claimed_stays_and_is_told(tmp_path: Path) -> None:
    incoming = drop(tmp_path, "a", "a.pdf")
    _, claims = claims_of(tmp_path)
    taken, failures = claims.take(incoming, ["a", "a/" + "x" * 300, "a.pdf"])
    assert [claim.relative for claim in taken] == ["a", "a.pdf"]
    assert len(failures) == 1


def test_an_upload_is_claimed_by_its_folder_and_keeps_its_delivery(tmp_path: Path) -> None:
    folder = tmp_path / "spool" / "01delivery"
    folder.mkdir(parents=True)
    (folder / "a.pdf").write_bytes(b"x")
    claims = SpoolClaims(tmp_path / "spool" / ".claimed", Owner(tmp_path / "owners"))
    (claim,) = claims.take(folder)
    assert (claim.delivery_id, claim.relative, claim.fresh) == ("01delivery", "a.pdf", False)
    assert claims.take(folder) == []
