"""The same sentences about people, on a real PostgreSQL hub: TLS, SCRAM, row rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from agent_desk.base.ids import GroupId
from agent_desk.facts.kind import Role
from agent_desk.hub import founding
from agent_desk.hub.address import HubAddress, SeatFile
from agent_desk.hub.audit import audit
from agent_desk.hub.people import People
from agent_desk.hub.port import HubSession
from agent_desk.hub.postgres import PostgresHub
from agent_desk.hub.report import AuditReport
from agent_desk.people import recovery
from tests.hub.centre import found_hub
from tests.peers.postgres import Database, PostgresServer
from tests.people.conftest import CATALOGUE, GRACE_DAYS, PEOPLE, Centre, Wall, password_of
from tests.people.test_authorise import (
    test_a_leader_degraded_since_is_refused_on_line,
    test_a_leader_dismissed_since_is_refused_by_the_hubs_word,
    test_a_wrong_password_is_no_word,
    test_leader_and_manager_may,
    test_nobody_else_may,
    test_off_line_a_leader_known_here_may,
)
from tests.people.test_recovery import test_after_a_reset_windows_password_the_centre_opens_the_file
from tests.people.test_sign_in import (
    test_a_file_that_came_from_another_installation_begins_a_new_origin,
    test_a_new_password_that_only_the_hub_knows_does_not_open_off_line,
    test_a_password_once_refused_by_the_hub_is_dead_here_after_the_cable_is_pulled,
    test_no_secret_reaches_the_log_or_an_error,
    test_setting_the_clock_back_does_not_lengthen_the_grace,
    test_somebody_who_left_does_not_get_in_on_line_nor_afterwards,
    test_the_centre_sets_the_days_of_grace,
    test_the_days_of_grace_end,
    test_the_first_sign_in_makes_a_file_an_origin_and_a_spare_key,
    test_the_same_person_on_two_seats_is_told,
    test_the_second_sign_in_goes_on_in_the_same_file_and_origin,
    test_two_people_share_a_seat_and_the_pump_drains_both,
)
from tests.people.test_unproven import (
    test_a_person_on_the_staff_list_keeps_their_origin_when_they_confirm,
    test_a_person_the_seat_never_heard_of_has_the_facts_written_again_with_the_same_ids,
    test_what_is_denied_is_told_to_the_leader,
)

__all__ = [
    "test_a_file_that_came_from_another_installation_begins_a_new_origin",
    "test_a_leader_degraded_since_is_refused_on_line",
    "test_a_leader_dismissed_since_is_refused_by_the_hubs_word",
    "test_a_new_password_that_only_the_hub_knows_does_not_open_off_line",
    "test_a_password_once_refused_by_the_hub_is_dead_here_after_the_cable_is_pulled",
    "test_a_person_on_the_staff_list_keeps_their_origin_when_they_confirm",
    "test_a_person_the_seat_never_heard_of_has_the_facts_written_again_with_the_same_ids",
    "test_a_wrong_password_is_no_word",
    "test_after_a_reset_windows_password_the_centre_opens_the_file",
    "test_leader_and_manager_may",
    "test_no_secret_reaches_the_log_or_an_error",
    "test_nobody_else_may",
    "test_off_line_a_leader_known_here_may",
    "test_setting_the_clock_back_does_not_lengthen_the_grace",
    "test_somebody_who_left_does_not_get_in_on_line_nor_afterwards",
    "test_the_centre_sets_the_days_of_grace",
    "test_the_days_of_grace_end",
    "test_the_first_sign_in_makes_a_file_an_origin_and_a_spare_key",
    "test_the_same_person_on_two_seats_is_told",
    "test_the_second_sign_in_goes_on_in_the_same_file_and_origin",
    "test_two_people_share_a_seat_and_the_pump_drains_both",
    "test_what_is_denied_is_told_to_the_leader",
]

ADMIN = "8006"


@dataclass
class RealHub:
    """A PostgreSQL hub, and the administrator who changes people meanwhile."""

    seat_file: SeatFile
    database: Database

    def connect(self, number: str, password: str) -> HubSession:
        return PostgresHub(self.seat_file).connect(number, password)

    def set_staff(
        self,
        number: str,
        *,
        grants: Mapping[GroupId, Role] | None = None,
        active: bool | None = None,
        password: str | None = None,
    ) -> None:
        session = PostgresHub(self.seat_file).connect(ADMIN, password_of(ADMIN))
        people = People(session)
        told = None if grants is None else {str(group): role.value for group, role in grants.items()}
        people.set(number, active=active, grants=told)
        if password is not None:
            people.set_password(password, number)
        session.close()

    def set_centre(self, *, grace_days: int | None = None, oldest_client: str | None = None) -> None:
        session = PostgresHub(self.seat_file).connect(ADMIN, password_of(ADMIN))
        People(session).set_centre(grace_days=grace_days, oldest_client=oldest_client)
        session.close()

    def audit(self) -> AuditReport:
        with self.database.connect(autocommit=True) as owner:
            return audit(owner, CATALOGUE)

    def bodies(self) -> list[str]:
        with self.database.connect() as owner:
            rows = owner.execute("select body from desk.fact where kind not like 'hub.%'").fetchall()
        return [row[0] for row in rows]


@pytest.fixture
def centre(postgres_server: PostgresServer, wall: Wall) -> Iterator[Centre]:
    """Takes the place of the embedded hub's centre for every test of this module."""
    database = found_hub(postgres_server, CATALOGUE)
    private, public = recovery.new_key_pair()
    with database.connect(autocommit=True) as owner:
        first = (ADMIN, PEOPLE[ADMIN][0], password_of(ADMIN))
        made = founding.found(owner, "试验中心", public.hex(), first)
    server = database.server
    address = HubAddress(server.host, server.port, database.name, "verify-full", str(server.authority))
    seat_file = SeatFile(made.id, made.name, made.salt, made.recovery_key, address, "1", "Seat 1")
    staff = _fill(PostgresHub(seat_file))
    yield Centre(made.id, RealHub(seat_file, database), wall, private, public, staff)
    postgres_server.drop_database(database.name)


def _fill(hub: PostgresHub) -> dict[str, str]:
    """Groups, seats and people; returns staff ids by number."""
    session = hub.connect(ADMIN, password_of(ADMIN))
    people = People(session)
    people.set_centre(grace_days=GRACE_DAYS)
    for code in ("A", "B"):
        people.set_group(code, f"Group {code}")
    for seat in ("1", "2"):
        people.enrol(seat, f"Seat {seat}")
    staff: dict[str, str] = {}
    for number, (name, grants) in PEOPLE.items():
        if number != ADMIN:
            told = {group: role.value for group, role in grants.items()}
            staff[number] = people.add(number, name, told, password_of(number))
    session.close()
    return staff


def test_the_admin_verbs_are_really_those_of_postgres(centre: Centre) -> None:
    assert isinstance(centre.hub, RealHub)
    assert centre.hub.audit().ok
