"""Accounts by the command line."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from archive.catalogue import Catalogue
from archive.layout import Layout
from search_api.people.entering import Entering
from tangthu.cli import app
from tests.rights.offices import PASSWORD


def run(data: Path, *words: str, fails: bool = False) -> object:
    result = CliRunner().invoke(app, [*words, "--data", str(data), "--json"])
    assert bool(result.exit_code) == fails, result.output
    return json.loads(result.stdout) if not fails else result.exception


def test_an_account_is_made_given_roles_and_a_new_link(tmp_path: Path) -> None:
    first = run(tmp_path, "sign-in-link")
    assert isinstance(first, dict) and first["account"] is None
    made = run(tmp_path, "person", "mau.nt", "--name", "Nguyễn Thị Mẫu", "--role", "administrator")
    run(tmp_path, "role", "mau.nt", "--role", "clerk", "--unit", "office")
    run(tmp_path, "person", "mau.nt", "--name", "Ai", "--role", "reader", fails=True)
    run(tmp_path, "role", "nobody", "--role", "clerk", fails=True)
    run(tmp_path, "role", "mau.nt", "--role", "clerk", "--unit", "elsewhere", fails=True)
    run(tmp_path, "sign-in-link", fails=True)
    roles = [{"unit": "*", "role": "administrator"}, {"unit": "office", "role": "clerk"}]
    listed = {"account": "mau.nt", "name": "Nguyễn Thị Mẫu", "closed": False, "roles": roles}
    assert run(tmp_path, "people") == [listed]
    again = run(tmp_path, "sign-in-link", "mau.nt")
    catalogue = Catalogue.sqlite(Layout(tmp_path).catalogue)
    entering = Entering(catalogue)
    tokens = [str(one["link"]).rpartition("/")[2] for one in (made, again) if isinstance(one, dict)]
    assert entering.choose_password(tokens[1], PASSWORD).account == "mau.nt"
    with catalogue.reading() as unit:
        assert unit.sessions.find_link(tokens[0]) is None
        agents = {row.agent for row in unit.events.rows() if row.type == "access administration"}
    catalogue.close()
    assert any(agent.endswith("(command line)") for agent in agents)
