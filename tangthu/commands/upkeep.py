"""`tangthu status` and `tangthu reindex`: how the archive stands, and its index made anew."""

from __future__ import annotations

from rich.console import Console
from rich.progress import Progress

from search_api.rebuild import rebuild
from search_api.routes import standing
from tangthu.bootstrap import open_engine, open_house, open_services
from tangthu.output import DataOption, JsonOption, print_json
from tangthu.settings import read_settings


def status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Kho đang thế nào. / How the archive stands."""
    with (
        open_house(read_settings(data)) as house,
        open_engine(house, read_only=True) as engine,
        open_services(house, engine) as services,
    ):
        shown = standing.status(services, house.viewer).model_dump(mode="json")
    if as_json:
        print_json(shown)
        return
    console = Console()
    for name, value in shown.items():
        console.print(f"[bold]{name}[/bold]: {value}")


def reindex(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Lập lại chỉ mục; tìm kiếm vẫn chạy. / Builds the index anew while searching goes on."""
    with (
        open_house(read_settings(data)) as house,
        open_engine(house, read_only=False) as engine,
        Progress(disable=as_json) as progress,
    ):
        task = progress.add_task("Lập chỉ mục / indexing", total=None)
        done = rebuild(
            house.catalogue,
            engine,
            house.layout.index_lock,
            lambda finished, total: progress.update(task, completed=finished, total=total),
        )
    if as_json:
        print_json(done)
    else:
        Console().print(f"{done.records} văn bản / records; bị từ chối / refused: {len(done.refused)}")
