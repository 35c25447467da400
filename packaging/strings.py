#!/usr/bin/env python3
"""Collects every visible sentence, joins it with the rooms' Chinese, and builds the translation files.

    python packaging/strings.py            build resources/i18n/*.ts and *.qm, list what is unfinished
    python packaging/strings.py --check    change nothing; fail when something is unfinished, left over or stale
    python packaging/strings.py --room ui  list only what is unfinished under agent_desk/ui

The English stands in the sources (``self.tr()``, ``QCoreApplication.translate``, ``QT_TRANSLATE_NOOP``, Designer forms and
``agent_desk/base/sentences.py``). The Chinese stands in ``resources/i18n/zh_CN/<room>.toml``: one table per context
(class name), source = translation. The ``.ts`` is made from both, so nobody edits it and rooms never collide.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
I18N = ROOT / "resources" / "i18n"
LANGUAGES = ("zh_CN", "en")
ANY_CONTEXT = "*"
HAN = "\u3001-\u303f\u4e00-\u9fff\uff00-\uffef\u201c\u201d"
FULL_WIDTH = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "!": "\uff01", "?": "\uff1f"}


@dataclass(frozen=True, slots=True)
class Source:
    """One English sentence as lupdate found it."""

    context: str
    text: str
    comment: str
    plural: bool
    files: tuple[str, ...]

    @property
    def key(self) -> str:
        """How a catalogue names it: the text, and after ``##`` what tells two equal texts apart."""
        return f"{self.text} ## {self.comment}" if self.comment else self.text


@dataclass(slots=True)
class Catalogue:
    """The translations of one language, read from its rooms' files."""

    entries: dict[str, dict[str, str | list[str]]] = field(default_factory=dict)
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    clashes: list[str] = field(default_factory=list)

    def find(self, source: Source) -> list[str] | None:
        """The forms of one sentence: one for a plain sentence, one per plural form of the language otherwise."""
        for context in (source.context, ANY_CONTEXT):
            for key in (source.key, source.text):
                found = self.entries.get(context, {}).get(key)
                if found is not None:
                    return [found] if isinstance(found, str) else list(found)
        return None


def read_catalogue(folder: Path) -> Catalogue:
    """Every ``*.toml`` of one language; two rooms that translate the same sentence differently are a clash."""
    catalogue = Catalogue()
    for path in sorted(folder.glob("*.toml")):
        for context, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            into = catalogue.entries.setdefault(context, {})
            for text, translation in table.items():
                if text in into and into[text] != translation:
                    catalogue.clashes.append(f"{path.name}: [{context}] {text!r} is translated differently elsewhere")
                into[text] = translation
                catalogue.files[context, text] = path.name
    return catalogue


def chinese_punctuation(text: str) -> str:
    """Full-width commas, colons and brackets beside Chinese characters, as a native reader expects them.

    Times (14:03), key hints such as ``(&S)`` and file patterns keep their half-width signs.
    """
    text = re.sub(rf"(?<=[{HAN}])[,;:!?] ?|[,;:!?] ?(?=[{HAN}])", lambda found: FULL_WIDTH[found[0][0]], text)
    return re.sub(rf"(?<=[{HAN}]) ?\((?![&*])([^()]*)\)|\((?![&*])([^()]*[{HAN}][^()]*)\)", full_width_brackets, text)


def full_width_brackets(found: re.Match[str]) -> str:
    """The matched bracket pair in full width."""
    return f"\uff08{found[1] if found[1] is not None else found[2]}\uff09"


def tool(name: str) -> str:
    """The path of a Qt tool that travels inside PySide6."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("PySide6 is missing here: run `python3 packaging/dev.py setup` first.")
    folder = Path(next(iter(spec.submodule_search_locations)))
    return str(folder / (f"{name}.exe" if sys.platform == "win32" else name))


def declared_sentences() -> str:
    """A source that lupdate can read, made from the mapping of error sentences."""
    sys.path.insert(0, str(ROOT))
    try:
        from agent_desk.base.sentences import SENTENCES
    finally:
        sys.path.remove(str(ROOT))
    lines = (f'QCoreApplication.translate("DeskError", {quoted(text)})' for text in dict.fromkeys(SENTENCES.values()))
    return "from PySide6.QtCore import QCoreApplication\n" + "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A double-quoted literal that Python and TOML read alike."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def extract() -> list[Source]:
    """Run lupdate over the package and the Designer forms."""
    with tempfile.TemporaryDirectory() as folder:
        declared = Path(folder) / "declared_sentences.py"
        declared.write_text(declared_sentences(), encoding="utf-8")
        found = sorted(path for path in (ROOT / "agent_desk").rglob("*.py") if not path.name.startswith("ui_"))
        found += sorted((ROOT / "forms" / "screen").rglob("*.ui"))
        listing = Path(folder) / "files.lst"
        listing.write_text("\n".join(map(str, [*found, declared])), encoding="utf-8")
        made = Path(folder) / "extracted.ts"
        run = subprocess.run(
            [tool("lupdate"), "-silent", "-locations", "absolute", f"@{listing}", "-ts", str(made)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if run.returncode or not made.exists():
            sys.exit(f"lupdate failed: {run.stdout}{run.stderr}")
        return list(read_sources(made))


def read_sources(path: Path) -> list[Source]:
    """The sentences of a ``.ts`` file, sorted so that two runs write the same bytes."""
    sources = []
    for context in ET.parse(path).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            files = {place.get("filename", "") for place in message.iter("location")}
            sources.append(
                Source(
                    context=name,
                    text=message.findtext("source", ""),
                    comment=message.findtext("comment", ""),
                    plural=message.get("numerus") == "yes",
                    files=tuple(sorted(readable(path.parent / file) for file in files)),
                )
            )
    return sorted(sources, key=lambda source: (source.context, source.text, source.comment))


def readable(file: Path) -> str:
    """A path as one would type it from the checkout's top."""
    path = file.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else "agent_desk/base/sentences.py"


def make_ts(language: str, sources: list[Source], catalogue: Catalogue) -> tuple[str, list[Source]]:
    """The text of one ``.ts`` and the sentences that still lack a translation.

    English needs entries only for its plurals; everything else is its own translation.
    """
    wanted = [source for source in sources if language != "en" or source.plural]
    unfinished = []
    top = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    contexts: dict[str, ET.Element] = {}
    for source in wanted:
        if source.context not in contexts:
            contexts[source.context] = ET.SubElement(top, "context")
            ET.SubElement(contexts[source.context], "name").text = source.context
        forms = catalogue.find(source)
        if forms and language == "zh_CN":
            forms = [chinese_punctuation(form) for form in forms]
        if not forms or not all(forms):
            unfinished.append(source)
            forms = None
        add_message(contexts[source.context], source, forms)
    ET.indent(top, "    ")
    text = ET.tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', unfinished


def add_message(parent: ET.Element, source: Source, forms: list[str] | None) -> None:
    """One ``<message>``; without a translation it is marked unfinished."""
    message = ET.SubElement(parent, "message", {"numerus": "yes"} if source.plural else {})
    ET.SubElement(message, "source").text = source.text
    if source.comment:
        ET.SubElement(message, "comment").text = source.comment
    translation = ET.SubElement(message, "translation", {} if forms else {"type": "unfinished"})
    if source.plural:
        for form in forms or [""]:
            ET.SubElement(translation, "numerusform").text = form
    else:
        translation.text = (forms or [""])[0]


def left_over(sources: list[Source], catalogue: Catalogue) -> list[str]:
    """Catalogue lines that no source uses any more; the common words of ``["*"]`` may wait for their use."""
    used = {(source.context, key) for source in sources for key in (source.key, source.text)}
    return [
        f"{catalogue.files[context, text]}: [{context}] {text!r} is in no source any more"
        for context, table in catalogue.entries.items()
        for text in table
        if context != ANY_CONTEXT and (context, text) not in used
    ]


def release(ts: Path, qm: Path) -> None:
    """Compile one ``.ts`` to the ``.qm`` that the desk loads.

    Swapped in whole: Qt maps the file into memory, and a running desk whose file is written over dies by a bus error.
    """
    fresh = qm.with_suffix(".new.qm")
    run = subprocess.run(
        [tool("lrelease"), "-silent", "-nounfinished", str(ts), "-qm", str(fresh)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if run.returncode:
        fresh.unlink(missing_ok=True)
        sys.exit(f"lrelease failed: {run.stdout}{run.stderr}")
    fresh.replace(qm)


def write_if_changed(path: Path, text: str) -> None:
    """Leave an equal file alone, so that running twice changes nothing."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")


def stale(language: str, text: str) -> list[str]:
    """What the checked-in files of one language lack against a fresh build."""
    ts, qm = I18N / f"agent_desk_{language}.ts", I18N / f"agent_desk_{language}.qm"
    if not ts.exists() or ts.read_text(encoding="utf-8") != text:
        return [f"{ts.name} is older than the sources: run `python3 packaging/dev.py strings`"]
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / qm.name
        release(ts, fresh)
        if not qm.exists() or qm.read_bytes() != fresh.read_bytes():
            return [f"{qm.name} is older than {ts.name}: run `python3 packaging/dev.py strings`"]
    return []


def paste_ready(sources: list[Source]) -> str:
    """The unfinished sentences as TOML to be filled in, with the files they come from."""
    lines: list[str] = []
    context = None
    for source in sources:
        if source.context != context:
            context = source.context
            lines += [f"[{quoted(context) if not context.isidentifier() else context}]"]
        lines += [f"{quoted(source.key)} = {'[]' if source.plural else quoted('')}  # {', '.join(source.files)}"]
    return "\n".join(lines)


def say(text: str) -> None:
    """Print without falling over a console that speaks another code page."""
    sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))
    sys.stdout.flush()


def build(*, check: bool, room: str | None) -> int:
    """Build or check both languages; the number of faults found."""
    sources = extract()
    faults: list[str] = []
    for language in LANGUAGES:
        catalogue = read_catalogue(I18N / language)
        text, unfinished = make_ts(language, sources, catalogue)
        if room:
            unfinished = [s for s in unfinished if any(f.startswith(f"agent_desk/{room}/") for f in s.files)]
        if unfinished:
            say(
                f"# {language}: {len(unfinished)} unfinished; fill in and put into resources/i18n/{language}/<room>.toml"
            )
            say(paste_ready(unfinished))
        faults += [f"{language}: {source.context}: {source.text!r} has no translation" for source in unfinished]
        faults += [f"{language}: {line}" for line in (*catalogue.clashes, *left_over(sources, catalogue))]
        if check:
            faults += stale(language, text)
        else:
            ts = I18N / f"agent_desk_{language}.ts"
            write_if_changed(ts, text)
            release(ts, I18N / f"agent_desk_{language}.qm")
    for line in faults:
        if " has no translation" not in line or check:
            say(f"! {line}")
    say(f"strings: {len(sources)} sentences, {len(faults)} faults")
    return len(faults)


def main() -> int:
    """The command line; exit code 1 when anything is unfinished, left over or stale."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="change nothing, fail on any fault")
    arguments.add_argument("--room", help="list only what is unfinished under agent_desk/ROOM")
    given = arguments.parse_args()
    return 1 if build(check=given.check, room=given.room) else 0


if __name__ == "__main__":
    sys.exit(main())
