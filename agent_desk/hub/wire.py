"""Links as the text that ``desk.push``, ``desk.offer`` and bundles read, made while there is time."""

from __future__ import annotations

from collections.abc import Sequence
from json import JSONEncoder

from agent_desk.facts.personal import Personal
from agent_desk.hub.port import Outgoing

_JSON = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Batch(list[Outgoing]):
    """Consecutive links of one origin with their text made beforehand: the sending itself only waits."""

    def __init__(self, links: Sequence[Outgoing]) -> None:
        super().__init__(links)
        self.text = push_text(self) if self else ""


def push_text(links: Sequence[Outgoing]) -> str:
    """The links as ``desk.push`` reads them (see there), as JSON."""
    first = f',"q":"{_hex(links[0].link.prev)}"'
    return "[" + ",".join(_told(each, "" if n else first) for n, each in enumerate(links)) + "]"


def offer_text(links: Sequence[Outgoing]) -> str:
    """The links as ``desk.offer`` reads them: each says what it hangs on, since gaps may lie between them."""
    return "[" + ",".join(_told(each, f',"q":"{_hex(each.link.prev)}"') for each in links) + "]"


def _told(outgoing: Outgoing, more: str) -> str:
    link = outgoing.link
    mac = "" if link.mac is None else f',"m":"{_hex(link.mac)}"'
    if _is_text(outgoing.body):
        body = f',"b":{_JSON.encode(outgoing.body)}'
    else:
        body = f',"r":"{_hex(outgoing.body.encode("utf-8", "surrogatepass"))}"'
    personal = f',"p":{_JSON.encode([_personal(each) for each in outgoing.personal])}' if outgoing.personal else ""
    head = f'"s":{link.seq},"f":"{link.fact}","k":{_JSON.encode(link.kind)},"l":"{_hex(link.digest)}"'
    return f"{{{head}{mac}{body}{personal}{more}}}"


def _personal(value: Personal) -> list[str | None]:
    """A value PostgreSQL cannot keep goes as '': it fits no digest, so the fact is held."""
    told = value.value
    if told is not None and not _is_text(told):
        told = ""
    return [value.field if _is_text(value.field) else "", told, "\\x" + value.salt.hex()]


def _is_text(body: str) -> bool:
    """Whether PostgreSQL can keep it as text."""
    if "\x00" in body:
        return False
    try:
        body.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _hex(value: bytes) -> str:
    """Bytes inside a JSON string."""
    return "\\\\x" + value.hex()
