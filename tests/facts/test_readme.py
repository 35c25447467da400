"""The worked example of the README is the code it claims to be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from agent_desk.base.ids import GroupId, SubjectId
from agent_desk.facts.kind import Catalogue, FactKind, FieldType, Role
from agent_desk.facts.projection import Projection
from agent_desk.storage.store import NewFact
from tests.factory import a_store, a_uuid

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_kind_declared_in_the_readme_saves_and_reads_as_told(tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    [saving] = re.findall(r"`(store\.save\(.*?)`\.", README)
    [query] = re.findall(r"`(SELECT .*?)`", README)
    known: dict[str, Any] = {"FactKind": FactKind, "FieldType": FieldType, "Role": Role, "Projection": Projection}
    exec(code, known)
    store = a_store(tmp_path, catalogue=Catalogue([known["KEY_LENT"]]))
    here = {"store": store, "NewFact": NewFact, "group": GroupId("A"), "subject": SubjectId(a_uuid())}
    eval(saving, here)
    with store.reading() as connection:
        rows = connection.exec_driver_sql(query, ("2A11",)).fetchall()
    store.close()
    assert [tuple(row) for row in rows] == [("K7", "2A11")]
