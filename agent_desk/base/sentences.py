"""One sentence for each thing that can go wrong: what happened, what it means, what to do.

The English source lives here; the Chinese in ``resources/i18n/zh_CN/*.toml`` under the table ``[DeskError]``.
``{name}`` is filled from the facts of the :class:`~agent_desk.base.errors.DeskError`. A key is the error's code,
``room.what`` in lower case. A sentence never shows a password, a key or a customer's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SENTENCES: Mapping[str, str] = MappingProxyType({
    # the store on this seat
    "fact_unsaveable": "This text holds a character that cannot be kept ({why}). Remove it and save again; the form is still here.",
    "fact_too_large": "This entry is larger than {limit} bytes. Shorten the notes and save again; the form is still here.",
    "fact_unreadable": "An entry from elsewhere cannot be read ({why}). It is kept as it is and left out of sums.",
    "field_missing": "{field} is missing. Fill it in and save again.",
    "field_wrong": "{field} does not hold what it should. Correct it and save again.",
    "kind_unknown": "This desk does not know entries of the kind {kind}. Update the desk; nothing was lost.",
    "person_missing": "Nobody is signed in to this store. Sign in first.",
    "pulled_altered": "An entry from the hub does not fit its seal (position {seq}). It was not taken; tell IT to run the audit.",
    "sqlite_too_old": "The database library {found} can damage data; {needed} or newer is needed. Install the desk again.",
    "store_append_only": "What has been saved cannot be changed or deleted. Write a correction instead.",
    "store_busy": "The store {file} is in use for the moment. Try again; the form is still here.",
    "store_damaged": "The store {file} is damaged. It was left as it is; the last sound copy is in the folder copies beside it. Call IT.",
    "store_fault": "The store {file} answered with a fault ({why}). Nothing was lost; try again, then call IT.",
    "store_io": "The disk did not answer while using {file}. What was saved before is safe; try again, then call IT.",
    "store_newer": "This store was written by a newer desk (schema {found}, known {known}). Update this desk; nothing was touched.",
    "store_of_another": "This store belongs to number {number}. Sign in under your own number.",
    "store_open_elsewhere": "Agent Desk is already open with {file}. Use that window; a second one would get in its way.",
    "store_read_only": "The store {file} may only be read, so nothing can be saved. Ask IT for the right to write to its folder.",
    "store_unopenable": "The store {file} cannot be opened in {folder}. Ask IT to check the folder and the rights to it.",
    "store_wrong_key": "The key on this account does not open the store {file}. Nothing was touched; IT can open it with the recovery key.",
    "copy_unsound": "The copy {file} did not read back whole and was removed. Earlier copies stay; call IT to check the disk.",
    "disk_full": "The disk is full, so nothing more can be saved. Free some space and save again; the form is still here.",
    # between the seat and the hub
    "hub_away": "The hub cannot be reached. Go on working; everything is sent when it is back.",
    "hub_refused": "The hub refuses this seat ({why}). Everything is kept here; tell your leader or IT.",
    "sign_in_refused": "Number or password is wrong. Try again, or ask your leader.",
    "hub_untrusted": "The server could not prove that it is the centre's hub. Do not go on; call IT.",
    # shown when a code has no sentence of its own
    "unknown": "Something went wrong ({code}). What you saved is safe. Try again; if it happens again, tell IT this code.",
    "crash": "The desk met an unexpected fault. What you saved is safe; details are in the report.",
    "settings.unreadable": "The settings file {path} cannot be read. The desk goes on with its defaults; IT can repair or delete the file.",
    "settings.not_saved": "The setting could not be written to {path}. It holds until the desk is closed; check free space and rights.",
})
