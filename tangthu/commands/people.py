"""`tangthu people`, `person`, `role`, `sign-in-link`: accounts, by whoever may use this machine's command line."""

from __future__ import annotations

from typing import Annotated

import typer

from kernel.errors import NotFound
from mappings.people import EVERYWHERE, Person, Role
from search_api.access.viewer import Viewer
from search_api.people.entering import LINK_HOURS, first_link
from search_api.people.managing import Known, PeopleService
from tangthu.bootstrap import House, enter_units, open_house
from tangthu.commands.disposing import ByOption
from tangthu.commands.serving import scheme_of
from tangthu.output import DataOption, JsonOption, print_json, tell
from tangthu.settings import Settings, read_settings

AccountArgument = Annotated[str, typer.Argument(help="The account's name: a-z 0-9 . _ -")]
UnitOption = Annotated[str, typer.Option("--unit", help="Key of the unit; * for everywhere")]
RoleOption = Annotated[Role, typer.Option("--role", help="The role in that unit")]


def people(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Liệt kê người dùng và vai trò. / Lists people and their roles."""
    with open_house(read_settings(data)) as house:
        found = PeopleService(house.catalogue).all(_at_the_machine("tangthu"))
    if as_json:
        print_json([_plain(one) for one in found])
        return
    for one in found:
        roles = ", ".join(f"{grant.role.value}: {grant.unit}" for grant in one.grants)
        typer.echo(f"{one.person.signature}  {roles}{'  (closed)' if one.person.closed_at else ''}")


def person(
    account: AccountArgument,
    by: ByOption,
    name: Annotated[str, typer.Option("--name", help="The person's name")],
    role: RoleOption,
    unit: UnitOption = EVERYWHERE,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tạo tài khoản, in đường dẫn đặt mật khẩu. / Makes an account and prints the link to choose a password by."""
    settings = read_settings(data)
    with open_house(settings) as house:
        _enter_units(house)
        made, token = PeopleService(house.catalogue).add(_at_the_machine(by), account, name, unit, role.value)
    _tell_link(settings, made, token, as_json=as_json)


def role(
    account: AccountArgument,
    by: ByOption,
    role: RoleOption,
    unit: UnitOption = EVERYWHERE,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take it back")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Giao hoặc rút vai trò. / Gives a role, or withdraws it."""
    with open_house(read_settings(data)) as house:
        _enter_units(house)
        service, viewer, found = PeopleService(house.catalogue), _at_the_machine(by), _find(house, account)
        (service.withdraw if withdraw else service.grant)(viewer, found.id, unit, role.value)
        known = service.one(viewer, found.id)
    if as_json:
        print_json(_plain(known))
    else:
        tell("Đã ghi vai trò.", "The roles are kept.")


def sign_in_link(
    by: ByOption,
    account: Annotated[str, typer.Argument(help="Whose password; none: of the first administrator")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """In đường dẫn dùng một lần để đặt mật khẩu. / Prints a one-time link to choose a password by."""
    settings = read_settings(data)
    with open_house(settings) as house:
        if account:
            found: Person | None = _find(house, account)
            token: str | None = PeopleService(house.catalogue).new_link(_at_the_machine(by), _find(house, account).id)
        else:
            found, token = None, first_link(house.catalogue)
    if token is None:
        raise NotFound(id="first administrator")
    _tell_link(settings, found, token, as_json=as_json)


def _at_the_machine(by: str) -> Viewer:
    """Whoever types here has the data folder in hand, and may manage everybody."""
    return Viewer(f"{by or 'tangthu'} (command line)", ())


def _enter_units(house: House) -> None:
    house.catalogue.write(lambda unit: enter_units(unit, house.settings.unit, always=True))


def _find(house: House, account: str) -> Person:
    with house.catalogue.reading() as unit:
        found = unit.people.find(account.strip().lower())
    if found is None:
        raise NotFound(id=account)
    return found


def _plain(known: Known) -> dict[str, object]:
    person, roles = known.person, [{"unit": one.unit, "role": one.role.value} for one in known.grants]
    return {"account": person.account, "name": person.name, "closed": person.closed_at is not None, "roles": roles}


def _tell_link(settings: Settings, made: Person | None, token: str, *, as_json: bool) -> None:
    link = f"{scheme_of(settings)}://{settings.host}:{settings.port}/moi/{token}"
    if as_json:
        print_json({"account": made.account if made else None, "link": link})
        return
    tell(
        f"Mở đường dẫn này để đặt mật khẩu (dùng một lần, trong {LINK_HOURS} giờ; thay địa chỉ nếu máy có tên khác):",
        f"Open this link to choose a password (once, within {LINK_HOURS} hours; with the machine's own name for it):",
    )
    typer.echo(link)
