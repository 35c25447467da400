"""Who may know whom inside the house, beyond the import contracts: rings, floors without Qt, and small habits."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.house.rooms import PACKAGE, QUIET, ROOT, SPEAKING, Module, capabilities, modules

QT = "PySide6"
EVERY = pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)


def _in_ring(names: frozenset[str]) -> list[Module]:
    rooms = capabilities()
    return [module for module in modules() if module.room in rooms and module.name.rpartition(".")[2] in names]


def _loaded_after(imports: list[str], prefix: str) -> list[str]:
    """Return the modules that a fresh interpreter holds after the imports, those with the prefix."""
    code = f"import sys, {', '.join(imports)}\nprint(*sorted(n for n in sys.modules if n.startswith({prefix!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
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


@EVERY
def test_a_module_says_what_it_is_for(module: Module) -> None:
    assert ast.get_docstring(module.tree), f"{module.path} begins without a docstring"


@EVERY
def test_a_module_has_a_telling_name(module: Module) -> None:
    assert module.path.stem not in {"utils", "util", "helpers", "helper", "manager", "common", "misc", "tools"}


@EVERY
def test_a_module_keeps_no_state(module: Module) -> None:
    """Parts are built in bootstrap and arrive by constructor; what a module holds never changes."""
    held = [node.lineno for node in module.tree.body if _is_empty_container(node)]
    written = [node.lineno for node in ast.walk(module.tree) if isinstance(node, ast.Global)]
    assert not held + written, f"{module.path}: module-level state in lines {held + written}"


def _is_empty_container(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    value = node.value
    if isinstance(value, ast.Call):
        made = value.func.id if isinstance(value.func, ast.Name) else ""
        return made in {"list", "dict", "set", "deque", "defaultdict"} and not value.args
    return isinstance(value, ast.List | ast.Dict) and not (value.elts if isinstance(value, ast.List) else value.keys)


@EVERY
def test_a_dialog_is_opened_and_never_executed(module: Module) -> None:
    """`exec` on a dialog or menu starves every other task, a ringing call among them."""
    executed = [
        node.lineno
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"exec", "exec_"}
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id in {"app", "application"})
    ]
    assert not executed, f"{module.path}: exec() in lines {executed}"


@EVERY
def test_a_translated_text_is_no_f_string(module: Module) -> None:
    """The collector of texts cannot read an f-string, so it would never be translated."""
    lost = [
        node.lineno
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"tr", "translate"}
        and any(isinstance(argument, ast.JoinedStr) for argument in node.args)
    ]
    assert not lost, f"{module.path}: f-string in tr() in lines {lost}"


def test_every_room_is_a_package() -> None:
    rooms = {path.parent for path in PACKAGE.rglob("*.py")}
    assert not {str(room) for room in rooms if not (room / "__init__.py").exists()}
