"""Checks that a reviewer may break, one at a time, and the test that goes red then. `README.md` shows them as a table.

``python -m tests.faults.flips`` breaks each in a copy of the code and runs its test (``--table`` prints the table,
``NAME …`` takes only those whose name holds such a word).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("agent_desk", "forms", "resources", "tests", "packaging", "pyproject.toml", "README.md")


@dataclass(frozen=True)
class Flip:
    """One check: where it stands, what is put in its place, and the test that must not let that pass."""

    name: str
    file: str
    where: str
    old: str
    new: str
    test: str

    def applied(self, text: str) -> str:
        """The file with the check broken."""
        if text.count(self.old) != 1:
            raise LookupError(f"{self.name}: its code stands {text.count(self.old)} times in {self.file}")
        return text.replace(self.old, self.new)

    def row(self) -> str:
        """Its line of the table."""
        return f"| {self.name} | `{self.file}`: `{self.where}` | `{self.test}` |"


_PUSH = "agent_desk/hub/sql/30_push.sql"
_SAY = "agent_desk/hub/sql/20_say.sql"
_RULES = "agent_desk/hub/sql/90_rules.sql"
_PULL = "agent_desk/hub/sql/40_beat_pull.sql"
_JUDGE = "agent_desk/hub/embedded_judge.py"
_SESSION = "agent_desk/hub/embedded_session.py"
_JOURNAL = "agent_desk/hub/embedded_journal.py"
_PUMP = "agent_desk/sync/pump.py"
_WRITING = "agent_desk/storage/writing.py"
_STORE = "agent_desk/storage/store.py"
_TABLES = "agent_desk/storage/tables.py"
_CIPHER = "agent_desk/storage/cipher.py"
_CONTRACT = "tests/hub/test_contract.py::"
_SYNC = "tests/sync/test_pump.py::"
_FAULTS = "tests/faults/"

FLIPS: tuple[Flip, ...] = (
    # -- saved means saved
    Flip("a commit is not synced to the disk", _CIPHER, "connect",
         "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL",
         _FAULTS + "test_power_cut.py::test_nothing_saved_is_lost_when_the_power_goes"),
    Flip("a full disk gets no sentence", _CIPHER, "_SIGNS",
         '    ("is full", "disk_full"),\n', "",
         _FAULTS + "test_full_disk.py::test_a_disk_full_at_any_write_refuses_in_words_and_loses_nothing"),
    Flip("a locked file gets no sentence", _CIPHER, "_SIGNS",
         '    ("database is locked", "store_busy"),\n', "",
         _FAULTS + "test_locked_files.py::test_a_save_that_cannot_be_written_says_why_and_is_saved_once_when_it_can"),
    Flip("a double click saves twice", _WRITING, "Writing.add",
         "        if known is not None:\n            return known\n",
         "        new = NewFact(self._store.new_id(), *list(vars(new).values())[1:])\n",
         "tests/storage/test_store.py::test_a_double_click_is_one_fact"),
    Flip("the seat's journal may be changed", _TABLES, "GUARDS, journal_stays",
         "IF NOT EXISTS journal_stays BEFORE UPDATE ON journal\"\n",
         "IF NOT EXISTS journal_stays BEFORE UPDATE OF kind ON journal\"\n",
         "tests/storage/test_store.py::test_what_is_written_can_be_neither_changed_nor_deleted"),
    Flip("the seat's facts may be changed", _TABLES, "GUARDS, fact_stays",
         "fact_stays BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'append_only')",
         "fact_stays BEFORE UPDATE ON fact BEGIN SELECT 1",
         "tests/storage/test_store.py::test_what_is_written_can_be_neither_changed_nor_deleted"),
    Flip("an upgrade forgets what the store held unsent", "agent_desk/storage/migrations/versions/0002_proof.py", "upgrade",
         '    op.add_column("own_origin", Column("forked_from", Text))\n',
         '    op.add_column("own_origin", Column("forked_from", Text))\n    op.execute("UPDATE own_origin SET acked_seq = 3")\n',
         _FAULTS + "test_old_store.py::test_a_store_of_the_first_schema_is_brought_up_to_date_and_sends_what_was_unsent"),
    # -- nothing arrives twice, nothing is confirmed that is not there
    Flip("acknowledged before the verdict", _PUMP, "Pump._drain_origin",
         "            sending = Errand(partial(session.push, batch))\n",
         "            with store.writing() as writing:\n                writing.acknowledge(own.origin, batch[-1].link.seq)\n"
         "            sending = Errand(partial(session.push, batch))\n",
         _FAULTS + "test_answers.py::test_lost_late_and_doubled_answers_lose_and_double_nothing"),
    Flip("answers are not held against what was sent", _PUMP, "_answers_to",
         "    if [one.seq for one in judged] != [one.link.seq for one in batch]:\n", "    if not judged:\n",
         _SYNC + "test_answers_to_other_links_count_for_nothing"),
    Flip("a fact is not known by its id (PostgreSQL)", _SAY, "desk.seen_before",
         "case when here then r.verdict when same then 'duplicate' else 'conflict' end", "r.verdict",
         _CONTRACT + "test_the_same_fact_on_a_second_origin_is_a_duplicate"),
    Flip("a fact is not known by its id (embedded)", _JOURNAL, "Writing._take_one",
         "        elif known[0] == placed.outgoing.link.content:\n            verdict = Verdict.DUPLICATE\n",
         "        elif known[0] == placed.outgoing.link.content:\n            verdict = Verdict.ACCEPTED\n",
         _CONTRACT + "test_the_same_fact_on_a_second_origin_is_a_duplicate"),
    Flip("another content under a known id is a duplicate", _SAY, "desk.seen_before",
         "f.content = r.content as same", "true as same",
         _CONTRACT + "test_the_same_id_with_other_content_is_a_conflict_and_the_first_stays"),
    # -- nothing altered, nothing forged
    Flip("the mac is not checked (PostgreSQL)", _PUSH, "desk.push",
         "  if v_macs is not true then perform desk.refuse('mac'); end if;\n", "",
         _CONTRACT + "test_a_wrong_mac_is_refused_even_on_my_own_origin"),
    Flip("the mac is not checked (embedded)", _JUDGE, "refuse_wrong_macs",
         "        if mac is None or mac != mac_of(key, outgoing.link.digest):\n", "        if mac is None and not key:\n",
         _CONTRACT + "test_a_wrong_mac_is_refused_even_on_my_own_origin"),
    Flip("a gap is not seen (PostgreSQL)", _PUSH, "desk.push",
         "v_gapless is not true or v_from < 1 or v_from > v_origin.head_seq + 1 or ", "",
         _CONTRACT + "test_a_skipped_link_is_refused"),
    Flip("a gap is not seen (embedded)", _JUDGE, "refuse_broken_chain",
         "    if not 1 <= expected <= origin.head_seq + 1:\n", "    if expected < 1:\n",
         _CONTRACT + "test_a_skipped_link_is_refused"),
    Flip("a broken chain is not seen (PostgreSQL)", _PUSH, "desk.push",
         " or v_chained is not true then", " then",
         _CONTRACT + "test_an_altered_body_link_or_seq_is_refused"),
    Flip("a broken chain is not seen (embedded)", _JUDGE, "refuse_broken_chain",
         "        if link.seq != expected or not _sound(outgoing):\n", "        if link.seq != expected:\n",
         _CONTRACT + "test_an_altered_body_link_or_seq_is_refused"),
    Flip("a broken chain is not seen (seat)", _WRITING, "Writing._take",
         "        if not holds(link, arrived.body):\n", "        if not link.fact:\n",
         "tests/storage/test_store.py::test_a_pulled_fact_that_was_altered_is_not_taken"),
    Flip("a fork is not seen (PostgreSQL)", _PUSH, "desk.push",
         "       where j.link <> told.link) then\n", "       where j.link <> told.link) and false then\n",
         _CONTRACT + "test_another_link_at_a_place_that_is_taken_is_a_fork"),
    Flip("a fork is not seen (embedded)", _SESSION, "_refuse_fork",
         "    if any(here.get(one.link.seq, one.link.digest) != one.link.digest for one in links):\n", "    if not links:\n",
         _CONTRACT + "test_another_link_at_a_place_that_is_taken_is_a_fork"),
    Flip("the author is not checked", _PUSH, "desk.judge",
         "  if v_author then perform desk.refuse('author'); end if;\n", "",
         _CONTRACT + "test_nobody_writes_in_anothers_name"),
    Flip("a copied disk goes on in the same origin", "agent_desk/sync/forking.py", "strays",
         "    return hub_seq > 0 and store.link_at(own.origin, hub_seq) != hub_digest\n", "    return False\n",
         "tests/sync/test_forking.py::test_two_machines_with_one_disk_both_go_on"),
    Flip("a hub that lost what it confirmed raises no alarm", "agent_desk/sync/forking.py", "mend",
         "    if common < own.acked_seq:\n", "    if common < 0:\n",
         "tests/sync/test_forking.py::test_a_hub_that_no_longer_holds_what_it_confirmed_stops_that_origin_and_nothing_else"),
    Flip("the audit reads no body", "agent_desk/hub/audit.py", "_one",
         "    elif not holds(link, text):\n", "    elif not text:\n",
         "tests/hub/test_audit.py::test_tampering_shows"),
    Flip("the audit follows no chain", "agent_desk/hub/audit.py", "_walk",
         "            elif link.seq == expected and before not in (None, link.prev):\n", "            elif not link.prev:\n",
         "tests/hub/test_audit.py::test_tampering_shows"),
    Flip("the hub's rows may be changed", _RULES, "desk.refuse_change",
         "desk.refuse_change() returns trigger language plpgsql\nset search_path = pg_catalog, desk, pg_temp as $$\nbegin\n",
         "desk.refuse_change() returns trigger language plpgsql\nset search_path = pg_catalog, desk, pg_temp as $$\nbegin\n"
         "  return new;\n",
         "tests/hub/test_erase.py::test_nothing_but_what_was_said_can_be_changed"),
    # -- nothing missed when reading
    Flip("the cursor moves before its rows", _PUMP, "Pump._pull_head",
         "        pulled, page = 0, self._read_page(session, head, after)\n",
         "        self._skip_own(head)\n        pulled, page = 0, self._read_page(session, head, after)\n",
         _FAULTS + "test_cut_at_every_byte.py::test_a_connection_cut_after_any_byte_harms_nothing"),
    Flip("the cursor is a time", _WRITING, "Writing.take",
         "        waiting, here = Waiting(self._cursor), self._here(page)\n",
         '        newest = self._cursor.execute("SELECT coalesce(max(hub_us), 0) FROM standing").fetchone()[0]\n'
         "        page = tuple(one for one in page if one.hub_us >= newest)\n"
         "        waiting, here = Waiting(self._cursor), self._here(page)\n",
         _SYNC + "test_narrowed_grants_purge_the_copy_and_a_new_grant_fetches"),
    Flip("one cursor for all origins", _PUMP, "Pump._pull",
         "            after = max(cursors.get((head.origin, head.group), 0), (mine and mine.left_at) or 0)\n",
         "            after = max(max(cursors.values(), default=0), (mine and mine.left_at) or 0)\n",
         _FAULTS + "test_simulation.py::test_every_promise_is_kept_whatever_happens"),
    Flip("a withheld page counts as read (PostgreSQL)", _PULL, "desk.may_follow",
         "    raise exception using message = 'rights_moved', errcode = 'AD009';\n", "    return false;\n",
         _SYNC + "test_rights_taken_in_the_middle_of_a_pull_and_given_back_miss_nothing"),
    Flip("a withheld page counts as read (embedded)", _SESSION, "EmbeddedSession.pull",
         "            reader.must_follow(origin, group)\n", "",
         _SYNC + "test_rights_taken_in_the_middle_of_a_pull_and_given_back_miss_nothing"),
    Flip("a shared subject is not fetched whole", _PUMP, "Pump._widened",
         '                if body is not None and body.fields.get("to_group") in groups:\n', "                if body is None:\n",
         _SYNC + "test_rights_taken_while_a_shared_subject_is_fetched_and_given_back_miss_nothing"),
    # -- rights
    Flip("the row rule is off (PostgreSQL)", _RULES, "desk.rule_rows",
         "' or (select desk.i_see_all()) %s or exists", "' or true or (select desk.i_see_all()) %s or exists",
         "tests/hub/test_row_rules.py::test_everybody_sees_exactly_their_rows"),
    Flip("the row rule is off (embedded)", "agent_desk/hub/embedded_reading.py", "Reader.__init__",
         "        self._all = me.grants.get(EVERYONE) is Role.MANAGER\n", "        self._all = True\n",
         _CONTRACT + "test_each_role_reads_its_own_groups"),
    Flip("narrower rights purge nothing", _PUMP, "Pump._hear_grants",
         "                purged = writing.purge(beat.me.grants)\n", "                purged = 0\n",
         _SYNC + "test_narrowed_grants_purge_the_copy_and_a_new_grant_fetches"),
    Flip("who led the centre keeps others' letter boxes", _PUMP, "Pump._hear_grants",
         "                purged = writing.purge_all()\n", "                purged = writing.purge(beat.me.grants)\n",
         _SYNC + "test_who_no_longer_leads_the_centre_keeps_nothing_of_others_letter_boxes"),
    Flip("shares with anybody keep a copy", _WRITING, "_SHARED",
         "t.verdict = 'accepted' WHERE s.to_group IN ({})", "t.verdict = 'accepted' WHERE '' NOT IN ({})",
         _SYNC + "test_a_share_with_other_groups_keeps_nothing_from_being_purged"),
    Flip("who may write is not asked", _PUSH, "desk.judge",
         "                         and w.role = any (k.writers)) then\n", "                         ) then\n",
         _CONTRACT + "test_a_kind_that_is_not_for_my_role_is_held"),
    # -- what counts
    Flip("held facts are counted", "agent_desk/receipts/records.py", "LEFT_OUT",
         'LEFT_OUT = ("held", "conflict", "voided")', 'LEFT_OUT = ("conflict", "voided")',
         "tests/receipts/test_records.py::test_the_day_s_sums_leave_out_what_is_void_or_held"),
    Flip("a number may be used twice (PostgreSQL)", _SAY, "desk.claim_numbers",
         "    where r.verdict = 'accepted' and c.fact <> r.fact and c.subject <> r.subject\n", "    where false\n",
         _CONTRACT + "test_a_number_used_by_two_receipts_is_a_dispute_told_to_both"),
    Flip("a number may be used twice (embedded)", _JOURNAL, "Writing._claim",
         "        elif first[1] != placed.subject and not self._disputed(book, number, later):\n",
         "        elif not first:\n",
         _CONTRACT + "test_a_number_used_by_two_receipts_is_a_dispute_told_to_both"),
    Flip("an erased value comes back", _WRITING, "Writing._write_fact",
         "            gone = self._erased(body.id)\n", "            gone = set()\n",
         "tests/storage/test_erasing.py::test_it_does_not_come_back_whoever_brings_it"),
    Flip("what was erased stays on pages where rows have moved", "agent_desk/storage/erasing.py", "clean_up",
         "    if not store.rewrite():\n", "    if not store.empty_log():\n",
         "tests/storage/test_erasing.py::test_no_freed_place_keeps_it"),
    # -- a hub restored
    Flip("a closed hub shows what it holds", "agent_desk/hub/sql/10_who.sql", "desk.open_here",
         "  return coalesce((select opened and home = desk.here() from desk.state where centre = p_centre), false);\n",
         "  return true;\n",
         "tests/hub/test_heal.py::test_a_closed_hub_shows_and_takes_nothing"),
    Flip("a hub set back in silence is sent to", "agent_desk/sync/healing.py", "hear_epoch",
         '            raise DeskError("hub_refused", why="set_back")\n', "            pass\n",
         "tests/sync/test_healing.py::test_untold_they_stop_and_keep_everything"),
    Flip("a verdict on a fact out of reach stops the seat", "agent_desk/sync/pump.py", "Pump._pull_head",
         "for row in session.pull_subject(one)]\n", "for row in _whole(session, one)]\n",
         "tests/sync/test_pump.py::test_a_verdict_on_a_fact_i_may_not_read_holds_nothing_up"),
    Flip("a fact held back counts once a copied disk sends it again", _WRITING, "Writing._take",
         '        if arrived.standing == "duplicate":\n', "        if not arrived.standing:\n",
         "tests/storage/test_store.py::test_a_second_link_of_a_fact_does_not_make_it_count"),
    # -- clocks
    Flip("a foreign stamp moves the clock as far as it likes", "agent_desk/base/clock.py", "Clock.follow",
         "            if foreign > latest:\n", "            if foreign > latest * 2:\n",
         _FAULTS + "test_clocks.py::test_a_seat_whose_clock_is_wrong_loses_nothing_and_leads_nobody_astray"),
    Flip("stamps follow the wall clock back", "agent_desk/base/clock.py", "Clock.stamp",
         "max(self._last + 1, self.now_ms() << _COUNTER_BITS)", "self.now_ms() << _COUNTER_BITS",
         _FAULTS + "test_clocks.py::test_a_leap_of_a_day_in_the_middle_of_work_keeps_the_order_and_loses_nothing"),
)  # fmt: skip


def table() -> str:
    """The table as it stands in the README."""
    return "\n".join(["| break this | where | and this goes red |", "|---|---|---|", *(flip.row() for flip in FLIPS)])


@contextmanager
def a_copy() -> Iterator[Path]:
    """A copy of the code that may be broken."""
    with tempfile.TemporaryDirectory(prefix="agent-desk-flips-") as made:
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, Path(made, name), ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, Path(made, name))
        yield Path(made)


def run(copy: Path, tests: Sequence[str]) -> tuple[bool, bool, str]:
    """Whether all passed, whether a test failed (not only fell over before it began), and the end of what was said."""
    told = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=copy, env=told, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=900, check=False,
    )  # fmt: skip
    last = (done.stdout.strip().splitlines() or [""])[-1]
    return done.returncode == 0, done.returncode == 1 and "failed" in last, done.stdout[-600:]


def goes_red(copy: Path, flip: Flip) -> tuple[bool, str]:
    """Break one check in a copy, run its test, put the check back; whether the test failed, and what it said."""
    path = copy / flip.file
    sound = path.read_bytes()
    path.write_text(flip.applied(sound.decode("utf-8")), encoding="utf-8", newline="\n")
    try:
        _, red, said = run(copy, [flip.test])
        return red, said
    finally:
        path.write_bytes(sound)


def main() -> int:
    """Break them one by one; 1 when a test did not go red."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.flips", description=__doc__)
    parser.add_argument("names", nargs="*", help="words of the names to take; without them all")
    parser.add_argument("--table", action="store_true", help="print the table of the README")
    asked = parser.parse_args()
    if asked.table:
        print(table())
        return 0
    green = []
    with a_copy() as copy:
        for flip in FLIPS:
            if asked.names and not any(word in flip.name for word in asked.names):
                continue
            red, said = goes_red(copy, flip)
            print(f"{'red  ' if red else 'GREEN'} {flip.name}", flush=True)
            if not red:
                green.append(flip.name)
                print(said)
    return bool(green)


if __name__ == "__main__":
    sys.exit(main())
