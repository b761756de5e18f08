"""One generation of the embedded index: a folder with a tantivy index in it."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy
from tantivy import Order, Query

from kernel.durable import sync_folder, write_file
from kernel.errors import EngineUnavailable, IndexOutdated
from mappings.index_document import IndexDocument, is_term, why_refused
from mappings.render import schema_digest, tantivy_fields
from search_api.engines.embedded.query import all_must, translate, unscored
from search_api.engines.embedded.searching import search
from search_api.engines.embedded.soundness import Soundness
from search_api.engines.nodes import Node, Range, Term, Unscored
from search_api.engines.protocol import EngineResults, Refusal, SearchRequest

# One thread: batches are small, and readers share the cores.
_WRITER_BYTES = 64_000_000
_WRITER_THREADS = 1
_DIGEST_FILE = "schema_digest"
_REVISIONS_AT_A_TIME = 20_000
_MOST_COUNTS = 50_000
# An error of the system (rights, too many open files), as Rust writes it for people and for programmers.
_OF_THE_SYSTEM = re.compile(r"os error \d|Os \{ code")


def build_schema() -> tantivy.Schema:
    """The declared fields as a tantivy schema."""
    builder = tantivy.SchemaBuilder()
    for one in tantivy_fields():
        if one.is_whole:
            builder.add_integer_field(one.name, stored=one.stored, indexed=True, fast=one.fast)
        else:
            builder.add_text_field(
                one.name,
                stored=one.stored,
                fast=one.fast,
                tokenizer_name=one.tokenizer,
                index_option=one.index_option,
            )
    return builder.build()


@contextmanager
def engine_errors() -> Iterator[None]:
    """tantivy's errors (a full disk, a folder gone, another writer) and its panics as EngineUnavailable."""
    try:
        yield
    except (ValueError, OSError) as error:
        reason = "another process writes the index" if "LockBusy" in str(error) else str(error)
        raise EngineUnavailable(reason=reason) from error
    except BaseException as error:
        # No Exception, so that it would end the thread of whoever did not ask for it; its class is not importable.
        if type(error).__name__ != "PanicException":
            raise
        raise EngineUnavailable(reason=f"the engine panicked: {error}") from error


class EmbeddedIndex:
    """Reads and writes one generation. Safe over threads; one process at a time may write.

    Errors: EngineUnavailable throughout; IndexOutdated where its files are not as they were written.
    """

    def __init__(self, folder: Path) -> None:
        """Opens what `create` has made."""
        self.folder = folder
        self._schema = build_schema()
        self._lock = threading.RLock()
        self._writer: tantivy.IndexWriter | None = None
        self._pending: dict[str, int | None] = {}
        self._soundness = Soundness(folder)
        self._counts: dict[Node, dict[tuple[str, str], int]] = {}
        self._counts_of = b""
        with self._errors():
            if _digest(folder) != schema_digest().encode("ascii"):
                raise IndexOutdated(reason="the index is of an older form")
            self._seen = self._meta()
            self._index = self._opened()
            # Searches look for commits themselves: a watcher would be late, and a thread a generation.
            self._index.config_reader("manual")
            self._index.reload()

    @classmethod
    def create(cls, folder: Path) -> EmbeddedIndex:
        """A new, empty generation in a folder that is not there yet."""
        with engine_errors():
            folder.mkdir(parents=True, mode=0o700)
            tantivy.Index(build_schema(), path=str(folder), reuse=False)
            write_file(folder / _DIGEST_FILE, schema_digest().encode("ascii"))
            sync_folder(folder.parent)
        return cls(folder)

    def search(self, request: SearchRequest) -> EngineResults:
        """As `SearchEngine.search`, seeing every commit of any process that ended before."""
        with self._errors():
            return search(self._searcher(), self._schema, request)

    def count(self) -> int:
        """How many records it holds."""
        with self._errors():
            return int(self._searcher().num_docs)

    def frequencies(self, field: str, terms: Sequence[str], access: Node) -> dict[str, int]:
        """As `SearchEngine.frequencies`."""
        with self._errors():
            searcher, seen = self._searcher(), unscored(translate(access, self._schema))
            counted, found = self._counted(access), dict[str, int]()
            for term in terms:
                key = (field, term)
                if key not in counted:
                    both = all_must([seen, translate(Unscored(Term(field, term)), self._schema)])
                    counted[key] = int(searcher.search(both, 1, count=True).count) if is_term(term) else 0
                found[term] = counted[key]
            return found

    def _counted(self, access: Node) -> dict[tuple[str, str], int]:
        """What was counted of this snapshot for just these rights: common words are asked of again and again."""
        with self._lock:
            if self._counts_of != self._seen or sum(map(len, self._counts.values())) > _MOST_COUNTS:
                self._counts_of, self._counts = self._seen, {}
            return self._counts.setdefault(access, {})

    def check(self, *, anew: bool = False) -> None:
        """IndexOutdated if its files are damaged. `anew`: reads all of them, else those changed since the last look."""
        self._soundness.check(anew=anew)

    def put(self, documents: Sequence[IndexDocument]) -> tuple[Refusal, ...]:
        """As `SearchEngine.put`."""
        refusals: list[Refusal] = []
        with self._writing() as writer:
            held = self._held([document.id for document in documents])
            for document in documents:
                reason = why_refused(document)
                if reason:
                    refusals.append(Refusal(document.id, reason))
                    continue
                former = held.get(document.id)
                if former is None or document.revision >= former:
                    self._replace(writer, document)
                    held[document.id] = document.revision
        return tuple(refusals)

    def delete(self, ids: Sequence[str]) -> None:
        """As `SearchEngine.delete`."""
        with self._writing() as writer:
            for record_id in filter(is_term, ids):
                writer.delete_documents_by_term("id", record_id)
                self._pending[record_id] = None

    def commit(self, *, release: bool) -> None:
        """As `SearchEngine.commit`. `release`: lets another process write after this; waits for merges."""
        if self._writer is None:
            return
        with self._writing() as writer:
            writer.commit()
            self._pending.clear()
            if release:
                self._writer = None
                writer.wait_merging_threads()

    def revisions(self) -> Iterator[tuple[str, int]]:
        """As `SearchEngine.revisions`, of one snapshot."""
        searcher, last = self._searcher(), 0
        while True:
            with self._errors():
                query = translate(Range("sequence", at_least=last + 1), self._schema)
                found = searcher.search(
                    query, _REVISIONS_AT_A_TIME, count=False, order_by_field="sequence", order=Order.Asc
                ).hits
                addresses = [address for _, address in found]
                revisions = searcher.fast_field_values("revision", addresses)
                record_ids = [searcher.doc(address).get_first("id") for address in addresses]
            yield from zip(record_ids, revisions, strict=True)
            if len(found) < _REVISIONS_AT_A_TIME:
                return
            last = found[-1][0]

    def close(self) -> None:
        """Lets go of the writer; what was not committed is dropped."""
        with self._lock:
            self._writer = None
            self._pending.clear()

    def remove(self) -> None:
        """Deletes the generation; searches that have begun still end well."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _searcher(self) -> tantivy.Searcher:
        with self._lock, self._errors():
            meta = self._meta()
            if meta != self._seen:
                self._index.reload()
                self._seen = meta
            return self._index.searcher()

    def _meta(self) -> bytes:
        # tantivy replaces this file at each commit. Its times are too coarse to tell two commits apart.
        return (self.folder / "meta.json").read_bytes()

    def _opened(self) -> tantivy.Index:
        try:
            return tantivy.Index.open(str(self.folder))
        except ValueError as error:
            if _OF_THE_SYSTEM.search(str(error)):
                raise
            # Its files may be sound, but what lists them is not.
            raise IndexOutdated(reason=f"the index is damaged: {error}") from error

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """As `engine_errors`; and if the files turn out to be damaged, that is what is told."""
        try:
            with engine_errors():
                yield
        except IndexOutdated:
            raise
        except EngineUnavailable:
            self._soundness.check()
            raise

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        with self._lock, self._errors():
            if self._writer is None:
                self._writer = self._index.writer(_WRITER_BYTES, _WRITER_THREADS)
                self._pending.clear()
            try:
                yield self._writer
            except BaseException:
                # After an error (a full disk) a writer answers nothing but errors; the next call gets a new one.
                self.close()
                raise

    def _held(self, ids: Sequence[str]) -> dict[str, int | None]:
        """The revision held of each id, what waits for the commit included. Later puts are noted in it."""
        unknown = [record_id for record_id in set(ids) if record_id not in self._pending and is_term(record_id)]
        if unknown:
            searcher = self._searcher()
            query = Query.term_set_query(self._schema, "id", unknown)
            addresses = [address for _, address in searcher.search(query, len(unknown), count=False).hits]
            for address, revision in zip(addresses, searcher.fast_field_values("revision", addresses), strict=True):
                self._pending[searcher.doc(address).get_first("id")] = revision
        return self._pending

    def _replace(self, writer: tantivy.IndexWriter, document: IndexDocument) -> None:
        # By the text id: deleting by an unsigned number deletes nothing.
        writer.delete_documents_by_term("id", document.id)
        writer.add_document(_as_tantivy(document))


def _digest(folder: Path) -> bytes | None:
    try:
        return (folder / _DIGEST_FILE).read_bytes()
    except FileNotFoundError:
        return None


def _as_tantivy(document: IndexDocument) -> tantivy.Document:
    # Each value by its own method: what Document(name=value) makes of a number kills the writer's thread.
    converted = tantivy.Document()
    for name, value in document.all_values().items():
        if isinstance(value, int):
            converted.add_integer(name, value)
        elif isinstance(value, str):
            converted.add_text(name, value)
        else:
            for one in value:
                converted.add_text(name, one)
    return converted
