"""`tangthu lookup`: a list of questions in, a table of answers out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kernel.durable import write_file
from kernel.errors import BadRequest
from search_api.giving.columns import Speaking
from search_api.giving.tables import TableForm, written
from search_api.lists.answering import MOST_HITS_EACH, answer_list
from search_api.lists.questions import read_questions
from search_api.query.search import SearchService
from tangthu.bootstrap import open_engine, open_house, open_rows
from tangthu.output import DataOption, JsonOption, print_json, tell, troubles_told
from tangthu.settings import read_settings


def lookup(
    questions: Annotated[Path, typer.Argument(help="List of questions (CSV or XLSX), one a row")],
    answers: Annotated[Path, typer.Argument(help="File to write (.csv or .xlsx)")],
    hits: Annotated[int, typer.Option(help="Records that a question is answered with", min=1, max=MOST_HITS_EACH)] = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tra cứu cả một danh sách câu hỏi. / Answers a whole list of questions."""
    form = answers.suffix.lower().removeprefix(".")
    if form not in set(TableForm):
        raise BadRequest(what=f"{answers.name}: .csv | .xlsx")
    settings = read_settings(data)
    with open_house(settings) as house, open_engine(house, read_only=True) as engine, troubles_told():
        with open_rows(house) as reader:
            asked = read_questions(reader, questions.read_bytes())
        search = SearchService(house.catalogue, engine)
        speaking = Speaking(settings.language, f"http://{settings.host}:{settings.port}")
        rows = answer_list(search, asked, house.viewer, speaking, hits)
        write_file(answers, b"".join(written(TableForm(form), rows)))
    count = len(asked.questions)
    if as_json:
        print_json({"questions": count, "cut": asked.cut, "file": str(answers)})
    else:
        tell(f"Đã tra {count} câu hỏi, kết quả ở {answers}", f"{count} questions answered in {answers}")
