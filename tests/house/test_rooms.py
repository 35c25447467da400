"""Who may know whom inside the house, beyond the import contracts: rings, floors without Qt, and small habits."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable

from tests.house.rooms import QUIET, ROOT, SPEAKING, Module, capabilities, modules

QT = "PySide6"


def _in_ring(names: frozenset[str]) -> list[Module]:
    rooms = capabilities()
    return [module for module in modules() if module.room in rooms and module.name.rpartition(".")[2] in names]


def _loaded_after(imports: list[str], prefix: str) -> list[str]:
    """Return the modules that a fresh interpreter holds after the imports, those with the prefix."""
    code = f"import sys, {', '.join(imports)}\nprint(*sorted(n for n in sys.modules if n.startswith({prefix!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_base_knows_only_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"agent_desk"}
    foreign = {
        f"{module.name} imports {name}"
        for module in modules()
        if module.room == "base"
        for name in module.imports
        if name.partition(".")[0] not in allowed
    }
    assert not foreign


def test_floors_below_the_window_load_no_qt() -> None:
    floors = [module.name for module in modules() if module.room in {"base", "facts", "hub"}]
    assert floors
    assert _loaded_after(floors, QT) == []


def test_quiet_modules_load_no_qt() -> None:
    quiet = [module.name for module in _in_ring(QUIET)]
    assert quiet
    assert _loaded_after(quiet, QT) == []


def test_speaking_modules_load_no_widgets() -> None:
    speaking = [module.name for module in _in_ring(SPEAKING)]
    loaded = _loaded_after(speaking, QT) if speaking else []
    assert not {name for name in loaded if name in {f"{QT}.QtWidgets", f"{QT}.QtGui"}}


def test_every_room_is_a_package() -> None:
    rooms = {module.path.parent for module in modules()}
    assert not {str(room) for room in rooms if not (room / "__init__.py").exists()}


def test_every_module_says_what_it_is_for() -> None:
    assert not [str(module.path) for module in modules() if not ast.get_docstring(module.tree)]


def test_every_module_has_a_telling_name() -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "tools"}
    assert not [str(module.path) for module in modules() if module.path.stem in empty]


def test_no_module_keeps_state() -> None:
    """Parts are built in bootstrap and arrive by constructor; what a module holds never changes."""
    held = _places(modules(), _is_empty_container, top_only=True)
    written = _places(modules(), lambda node: isinstance(node, ast.Global))
    assert not held + written


def test_a_dialog_is_opened_and_never_executed() -> None:
    """`exec` on a dialog or menu starves every other task, a ringing call among them."""
    assert not _places(modules(), _is_exec)


def test_a_translated_text_is_no_f_string() -> None:
    """The collector of texts cannot read an f-string, so it would never be translated."""
    assert not _places(modules(), _is_translated_f_string)


def test_the_habits_are_told_apart() -> None:
    """The checks above find what they look for, and let the allowed forms pass."""
    lines = {
        "a = []": _is_empty_container,
        "a: dict = {}": _is_empty_container,
        "a = set()": _is_empty_container,
        "dialog.exec()": _is_exec,
        "self.tr(f'{n} left')": _is_translated_f_string,
    }
    for line, rule in lines.items():
        assert any(rule(node) for node in ast.walk(ast.parse(line))), line
    for line in ("A = (1, 2)", "a = {'b': 1}", "app.exec()", "self.tr('left').format(n)", "connection.execute(q)"):
        found = [rule for rule in lines.values() for node in ast.walk(ast.parse(line)) if rule(node)]
        assert not found, line


def _places(among: tuple[Module, ...], rule: Callable[[ast.AST], bool], *, top_only: bool = False) -> list[str]:
    """Return "path:line" of each node that breaks a rule."""
    return [
        f"{module.path}:{getattr(node, 'lineno', 0)}"
        for module in among
        for node in (module.tree.body if top_only else ast.walk(module.tree))
        if rule(node)
    ]


def _is_empty_container(node: ast.AST) -> bool:
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    value = node.value
    if isinstance(value, ast.Call):
        made = value.func.id if isinstance(value.func, ast.Name) else ""
        return made in {"list", "dict", "set", "deque", "defaultdict"} and not value.args
    return isinstance(value, ast.List | ast.Dict) and not (value.elts if isinstance(value, ast.List) else value.keys)


def _called(node: ast.AST, names: set[str]) -> ast.Call | None:
    """Return the node if it calls a method of one of these names."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
        return node
    return None


def _is_exec(node: ast.AST) -> bool:
    call = _called(node, {"exec", "exec_"})
    if call is None or not isinstance(call.func, ast.Attribute):
        return False
    owner = call.func.value
    return not (isinstance(owner, ast.Name) and owner.id in {"app", "application"})


def _is_translated_f_string(node: ast.AST) -> bool:
    call = _called(node, {"tr", "translate"})
    return call is not None and any(isinstance(argument, ast.JoinedStr) for argument in call.args)
