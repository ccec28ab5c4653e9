"""MIB modules that people upload: kept as text, compiled by the worker, asked for at reading.

No trap ever waits for a MIB and none is read from a file: at receive time there are only rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.monitoring.snmp import compiling, queries, smi
from itsm.monitoring.snmp.compiling import Compiled, Exports, Named
from itsm.monitoring.snmp.events import MibCompiled, MibRemoved, MibUploaded
from itsm.monitoring.snmp.models import Mib, MibName, MibState
from itsm.monitoring.snmp.smi import Module, Syntax, Unreadable
from itsm.platform import outbox
from itsm.platform.outbox import Lane

MAX_FILES = 300
MAX_TOTAL = 10 * 1024 * 1024
COMPILE = "snmp.compile"


@dataclass(frozen=True, slots=True)
class File:
    """One file as it was handed in."""

    name: str
    data: bytes


@dataclass(slots=True)
class Uploaded:
    """What came of an upload: the modules that were kept, and the files that were not, with why."""

    kept: list[Mib] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def upload(work: Work, files: Sequence[File]) -> Uploaded:
    """Keep the MIB modules in `files` and have them compiled; one kept before is replaced.

    Raises Denied, Invalid for no file, too many or too much, or if none of them is a MIB. Emits
    MibUploaded for each module.
    """
    work.must(Permission.TRAP_EDIT)
    _check_amount(files)
    uploaded = Uploaded()
    for file in files:
        try:
            modules = smi.split(_text(file.data))
        except Unreadable as error:
            uploaded.refused[file.name] = str(error)
            continue
        uploaded.kept += [_keep(work, name, text) for name, text in modules]
    if not uploaded.kept:
        told = "; ".join(f"{name}: {reason}" for name, reason in uploaded.refused.items())
        raise Invalid("no MIB module is in it", {"files": told[:1000]})
    return uploaded


def remove(work: Work, mib: Mib) -> None:
    """Forget a MIB module and its names. Raises Denied. Emits MibRemoved."""
    work.must(Permission.TRAP_EDIT)
    work.session.execute(delete(MibName).where(MibName.mib_id == mib.id))
    work.session.delete(mib)
    work.emit(MibRemoved(mib_id=mib.id, title=mib.name))


def compile_one(work: Work, mib_id: int) -> None:
    """Turn the text of one module into names, and have those compiled that waited for it.

    A module whose imports are not all there waits for them and says which. Emits MibCompiled.
    """
    mib = queries.mib_to_compile(work, mib_id)
    if mib is None:
        return
    try:
        module = smi.parse(mib.text)
    except Unreadable as error:
        _set_aside(work, mib, MibState.REJECTED, notes=[str(error)])
        return
    needed = compiling.needed(module)
    ready = queries.ready_mibs(work, needed)
    missing = compiling.missing(module, ready)
    if missing:
        _set_aside(work, mib, MibState.MISSING, missing=missing)
        return
    others = {name: _exports(work, one, needed[name]) for name, one in ready.items()}
    _write(work, mib, module, compiling.compile_module(module, others))


def _check_amount(files: Sequence[File]) -> None:
    if not files:
        raise Invalid("choose the MIB files", {"files": "choose one file or more"})
    if len(files) > MAX_FILES:
        raise Invalid("too many files at once", {"files": f"at most {MAX_FILES} at once"})
    if sum(len(file.data) for file in files) > MAX_TOTAL:
        told = f"at most {MAX_TOTAL // 1024 // 1024} MiB at once"
        raise Invalid("too much at once", {"files": told})


def _text(data: bytes) -> str:
    """Return a file as text. Raises Unreadable if it is none or too long."""
    if len(data) > smi.MAX_SIZE:
        raise Unreadable(f"more than {smi.MAX_SIZE // 1024 // 1024} MiB")
    if b"\0" in data:
        raise Unreadable("it is no text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _keep(work: Work, name: str, text: str) -> Mib:
    mib = queries.mib_named(work, name)
    if mib is None:
        mib = work.add(Mib(name=name, state=MibState.WAITING, text=text, uploaded_at=work.now))
    mib.text, mib.state, mib.uploaded_at = text, MibState.WAITING, work.now
    mib.missing, mib.notes = [], []
    _have_compiled(work, [mib])
    work.emit(MibUploaded(mib_id=mib.id, title=name))
    return mib


def _have_compiled(work: Work, mibs: Iterable[Mib]) -> None:
    for mib in mibs:
        outbox.put(work, COMPILE, {"mib_id": mib.id}, lane=Lane.BULK)


def _set_aside(
    work: Work,
    mib: Mib,
    state: MibState,
    *,
    missing: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> None:
    """Leave a module without names; those that an earlier text of it had are gone."""
    work.session.execute(delete(MibName).where(MibName.mib_id == mib.id))
    mib.state, mib.missing, mib.notes, mib.count = state, list(missing), list(notes), 0
    mib.compiled_at = None


def _write(work: Work, mib: Mib, module: Module, compiled: Compiled) -> None:
    work.session.execute(delete(MibName).where(MibName.mib_id == mib.id))
    if compiled.names:
        work.session.execute(insert(MibName), [_row(mib, one) for one in compiled.names])
    mib.state, mib.missing, mib.notes = MibState.READY, [], list(compiled.notes)
    mib.types = {name: _stored(syntax) for name, syntax in compiled.types.items()}
    mib.count, mib.compiled_at = len(compiled.names), work.now
    work.emit(MibCompiled(mib_id=mib.id, title=mib.name, names=mib.count))
    waiting = queries.mibs_in(work, MibState.MISSING)
    _have_compiled(
        work,
        [one for one in waiting if isinstance(one.missing, list) and module.name in one.missing],
    )


def _row(mib: Mib, named: Named) -> dict[str, object]:
    return {
        "mib_id": mib.id,
        "name": named.name,
        "oid": named.oid,
        "kind": named.kind,
        "words": {str(number): word for number, word in named.syntax.words.items()},
        "hint": named.syntax.hint,
        "description": named.description,
    }


def _stored(syntax: Syntax) -> Json:
    words: dict[str, Json] = {str(number): word for number, word in syntax.words.items()}
    return {"base": syntax.base, "hint": syntax.hint, "words": words}


def _exports(work: Work, mib: Mib, symbols: Sequence[str]) -> Exports:
    """Return those of `symbols` that a compiled module defines."""
    types = mib.types if isinstance(mib.types, dict) else {}
    wanted = {name: types[name] for name in symbols if name in types}
    return Exports(
        oids=queries.oids_in(work, mib.id, symbols),
        types={name: _read(one) for name, one in wanted.items() if isinstance(one, dict)},
    )


def _read(stored: Mapping[str, Json]) -> Syntax:
    words = stored.get("words")
    return Syntax(str(stored.get("base", "")), queries.words(words), str(stored.get("hint", "")))
