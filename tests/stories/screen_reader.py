"""Run by the system's Python beside the desk: drives and reads it through the screen-reader bus, from outside.

screen_reader.py COMMAND …    starts the desk with the command, tells what it hears as JSON lines, ends it
"""

import json
import subprocess
import sys
import time

import pyatspi

# ruff: noqa: BLE001, ANN - runs under the system's Python; anything under the cursor may vanish meanwhile

PATIENCE = 25


def say(**told):
    """One line for the test."""
    print(json.dumps(told, ensure_ascii=False), flush=True)


def walk(node, depth=0):
    """Every node under one, itself first; nodes that vanish meanwhile are passed over."""
    yield node
    if depth > 40:
        return
    try:
        count = node.childCount
    except Exception:
        return
    for at in range(count):
        try:
            child = node.getChildAtIndex(at)
        except Exception:
            continue
        if child is not None:
            yield from walk(child, depth + 1)


def showing(node):
    try:
        return node.getState().contains(pyatspi.STATE_SHOWING)
    except Exception:
        return False


def find(root, name, roles=(), part=False, patience=PATIENCE):
    """The first thing in view with this name (or with a name that holds it)."""
    end = time.time() + patience
    while time.time() < end:
        for node in walk(root):
            try:
                told, role = node.name or "", node.getRoleName()
            except Exception:
                continue
            if (told == name or (part and name in told)) and (not roles or role in roles) and showing(node):
                return node
        time.sleep(0.1)
    seen = [f"{node.getRoleName()}:{node.name}" for node in walk(root) if showing(node) and node.name]
    raise SystemExit(f"not found: {name!r} {roles} among {seen}")


def until(what, true, patience=PATIENCE):
    end = time.time() + patience
    while time.time() < end:
        if true():
            return
        time.sleep(0.05)
    raise SystemExit(f"waited in vain: {what}")


def focused(node):
    try:
        return node.getState().contains(pyatspi.STATE_FOCUSED)
    except Exception:
        return False


def in_focus(root):
    return next((node for node in walk(root) if focused(node) and showing(node)), None)


def keys(text):
    """Type as a keyboard does."""
    for sign in text:
        pyatspi.Registry.generateKeyboardEvent(ord(sign), None, pyatspi.KEY_SYM)
        time.sleep(0.02)


def key(symbol):
    pyatspi.Registry.generateKeyboardEvent(symbol, None, pyatspi.KEY_SYM)
    time.sleep(0.05)


TAB, ENTER = 0xFF09, 0xFF0D


def text_of(node):
    return node.queryText().getText(0, -1)


def go_to(node):
    """Put the keyboard into a field, as a screen reader's "go to" does, and see that it is there."""
    node.queryComponent().grabFocus()
    until(f"the keyboard is in {node.name!r}", lambda: focused(node))


def press(node):
    """What a screen reader's "activate" does."""
    actions = node.queryAction()
    names = [actions.getName(at) for at in range(actions.nActions)]
    wanted = next((at for at, name in enumerate(names) if name in {"Press", "Toggle", "Check", "Select"}), None)
    if wanted is None:
        raise SystemExit(f"{node.name!r} cannot be pressed: {names}")
    actions.doAction(wanted)


def story():
    desktop = pyatspi.Registry.getDesktop(0)
    frame = find(desktop, "座席工作台", ("frame",))
    say(step="window", toolkit=frame.getApplication().toolkitName)
    sign_in(frame)
    until(
        "somebody is signed in", lambda: any("工号 8012" in (node.name or "") for node in walk(frame) if showing(node))
    )
    light = find(frame, "中心库", part=True)
    until("the light says linked", lambda: light.name == "已连接 中心库")
    say(step="signed in", light=light.name, places=[node.name for node in walk(frame) if places(node)])
    press(find(frame, "收据"))
    write(frame)
    read_back(frame)


def places(node):
    try:
        return node.parent is not None and node.parent.name == "功能栏"
    except Exception:
        return False


def sign_in(frame):
    number = find(frame, "工号", ("text",))
    until("the keyboard is in the number", lambda: focused(number))
    keys("8012")
    until("the number is typed", lambda: text_of(number) == "8012")
    key(ENTER)
    password = find(frame, "密码", ("password text",))
    until("the keyboard is in the password", lambda: focused(password))
    keys("trial")
    say(step="door", number=text_of(number), password_shown="trial" in text_of(password))
    key(ENTER)


def write(frame):
    number = find(frame, "编号", ("text",))
    until("a number was drawn", lambda: text_of(number).startswith("LJ"))
    booth = find(frame, "展位号", ("text",))
    go_to(booth)
    keys("1B16")
    key(ENTER)
    exhibitor = find(frame, "参展商", ("text",))
    until("the booth's exhibitor is filled in", lambda: text_of(exhibitor))
    item = find(frame, "项目", ("text",), part=True)
    go_to(item)
    keys("P004")
    key(ENTER)
    quantity = find(frame, "数量", ("text",), part=True)
    go_to(quantity)
    keys("2")
    key(TAB)
    press(find(frame, "现金", part=True))
    drawn = text_of(number)
    total = find(frame, "应收合计 ¥", part=True)
    say(step="filled", number=drawn, booth=text_of(booth), exhibitor=text_of(exhibitor), total=total.name)
    press(find(frame, "保存单据"))
    saved = find(frame, drawn, part=True, roles=("label", "filler", "panel"))
    say(step="saved", heard=saved.name)


def read_back(frame):
    press(find(frame, "全部单据"))
    table = find_table(frame)
    told = [cell.name for cell in walk(table) if cell.getRoleName() == "table cell" and cell.name]
    say(step="list", cells=told[:12])
    light = find(frame, "中心库", part=True)
    until("the light says linked again", lambda: light.name == "已连接 中心库")
    say(step="on the hub", light=light.name)


def find_table(frame):
    end = time.time() + PATIENCE
    while time.time() < end:
        for node in walk(frame):
            try:
                if node.getRoleName() == "table" and showing(node) and node.queryTable().nRows:
                    return node
            except Exception:
                continue
        time.sleep(0.1)
    raise SystemExit("no table with rows")


def main():
    desk = subprocess.Popen(sys.argv[1:])
    try:
        story()
    finally:
        desk.terminate()
        desk.wait(10)


main()
