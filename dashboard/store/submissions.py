"""What is done with workbooks that units handed in: entered, confirmed, approved, returned, withdrawn.

Each step leaves who and when behind. Every function may raise StoreUnavailable. A change raises a data version of its own, so that pages
that list submissions are drawn anew.
"""

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dashboard.errors import NotFound, OutOfTurn
from dashboard.store import Store
from dashboard.store.accounts import AuditEntry, write_audit
from dashboard.store.runs import next_version
from dashboard.store.schema_submissions import report_mapping, submission, submission_content, submission_step
from dashboard.store.submission_book import COLUMNS, STATES_VI, VERSIONED, Actor, Draft, Json, State, Submission, submission_of
from dashboard.store.submission_content import Content

_REMEMBERED = 50
"""So many different heads of one report a unit may come with."""


def add(store: Store, draft: Draft, content: Content, actor: Actor) -> tuple[Submission, bool]:
    """Enters a workbook as the next version of its report and period, with its step and audit row; and whether it is new.

    The same bytes, while an open or approved version has them, are that version once more: nothing is written.
    """
    mine = _key(draft.unit, draft.report, draft.period)
    with store.transaction([]) as connection:
        _one_at_a_time(connection, draft)
        known = connection.execute(select(*COLUMNS).where(mine).order_by(submission.c.version.desc())).all()
        for row in known:
            if row.brought_sha256 == draft.brought_sha256 and row.state in ("draft", "waiting", "approved"):
                return submission_of(row), False
        values = {one.name: getattr(draft, one.name) for one in fields(Draft)} | {"version": len(known) + 1, "state": "draft"}
        now = {"handed_in_at": func.clock_timestamp(), "changed_at": func.clock_timestamp()}
        made = submission_of(connection.execute(insert(submission).values(**values, **now).returning(*COLUMNS)).one())
        connection.execute(insert(submission_content).values(submission_id=made.id, content=content.as_json()))
        _note(connection, made, "draft", actor, "")
        return made, True


def read_again(store: Store, number: int, draft: Draft, content: Content, actor: Actor) -> Submission:
    """Puts another reading of the same bytes in the place of a draft's, and remembers the mapping for this unit's next workbook.

    Raises OutOfTurn for what is no draft any more.
    """
    told = {name: getattr(draft, name) for name in ("mapping", "fingerprint", "figures", "errors", "warnings")}
    with store.transaction([]) as connection:
        made = _move(connection, number, ("draft",), told)
        connection.execute(update(submission_content).where(submission_content.c.submission_id == number).values(content=content.as_json()))
        if draft.mapping is not None:
            key = {"unit": draft.unit, "report": draft.report, "fingerprint": draft.fingerprint}
            learnt = {"mapping": draft.mapping, "actor": actor.name}
            fresh = upsert(report_mapping).values(**key, **learnt)
            connection.execute(fresh.on_conflict_do_update(index_elements=list(key), set_={**learnt, "at": func.clock_timestamp()}))
        write_audit(connection, _entry(made, "submission mapped", actor, ""))
        next_version(connection, VERSIONED)
        return made


def remembered(store: Store, unit: str, report: str) -> list[Json]:
    """What this unit once showed of the heads of its workbooks, the newest first."""
    table = report_mapping.c
    mine = (table.unit == unit) & (table.report == report)
    with store.transaction([]) as connection:
        return list(connection.scalars(select(table.mapping).where(mine).order_by(table.at.desc()).limit(_REMEMBERED)))


def confirm(store: Store, number: int, actor: Actor) -> Submission:
    """Somebody stands for a draft: it waits for the approval, and an older one that waited is replaced.

    Raises OutOfTurn for what is no draft, is not without faults, or has a later version that waits or was approved.
    """
    with store.transaction([]) as connection:
        mine = _locked(connection, number)
        later = _of(mine) & (submission.c.version > mine.version) & submission.c.state.in_(("waiting", "approved"))
        if newer := connection.scalar(select(submission.c.version).where(later).order_by(submission.c.version.desc()).limit(1)):
            raise OutOfTurn(f"đã có bản nộp mới hơn (lần {newer}) của cùng báo cáo và kỳ")
        if mine.mapping is None or mine.errors or not mine.figures:
            raise OutOfTurn("bản nộp còn lỗi, hoặc chưa đọc được ô nào: hãy sửa tệp rồi nộp lại")
        _replace(connection, mine, "waiting", actor)
        return _step(connection, number, ("draft",), "waiting", actor)


def hand_back(store: Store, number: int, reason: str, actor: Actor) -> Submission:
    """Returns what waits to its unit, with the reason. Raises OutOfTurn for what does not wait."""
    with store.transaction([]) as connection:
        return _step(connection, number, ("waiting",), "returned", actor, reason)


def withdraw(store: Store, number: int, reason: str, actor: Actor) -> Submission:
    """Takes back what was not approved yet. Raises OutOfTurn for anything else: a figure that stands is put right by a new version."""
    with store.transaction([]) as connection:
        return _step(connection, number, ("draft", "waiting"), "withdrawn", actor, reason)


def approve(connection: Connection, number: int, run_id: int, actor: Actor) -> Submission:
    """In the transaction that lands its figures: what waited is approved, the version approved before is replaced. Raises OutOfTurn."""
    mine = _locked(connection, number)
    _replace(connection, mine, "approved", actor)
    made = _move(connection, number, ("waiting",), {"state": "approved", "run_id": run_id})
    _note(connection, made, "approved", actor, "")
    return made


def _key(unit: str, report: str, period: str) -> ColumnElement[bool]:
    return (submission.c.unit == unit) & (submission.c.report == report) & (submission.c.period == period)


def _of(one: Submission) -> ColumnElement[bool]:
    return _key(one.unit, one.report, one.period)


def _one_at_a_time(connection: Connection, of: Draft) -> None:
    """Versions of one report and period are entered, confirmed and approved one after the other."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"submission:{of.unit}:{of.report}:{of.period}"))))


def _locked(connection: Connection, number: int) -> Submission:
    row = connection.execute(select(*COLUMNS).where(submission.c.id == number)).one_or_none()
    if row is None:
        raise NotFound(f"không có bản nộp số {number}")
    _one_at_a_time(connection, submission_of(row))
    return submission_of(connection.execute(select(*COLUMNS).where(submission.c.id == number)).one())


def _replace(connection: Connection, by: Submission, state: State, actor: Actor) -> None:
    """What stood in that state before another version comes to it is replaced by that."""
    same = _of(by) & (submission.c.id != by.id) & (submission.c.state == state)
    for row in connection.execute(select(submission.c.id).where(same).order_by(submission.c.id)).all():
        _step(connection, row.id, (state,), "replaced", actor, f"lần {by.version}")


def _step(connection: Connection, number: int, before: Sequence[State], state: State, actor: Actor, reason: str = "") -> Submission:
    made = _move(connection, number, before, {"state": state})
    _note(connection, made, state, actor, reason)
    return made


def _move(connection: Connection, number: int, before: Sequence[State], told: Json) -> Submission:
    """Changes a submission that is in one of these states. Raises NotFound, OutOfTurn."""
    which = (submission.c.id == number) & submission.c.state.in_(before)
    changed = update(submission).where(which).values(**told, changed_at=func.clock_timestamp())
    row = connection.execute(changed.returning(*COLUMNS)).one_or_none()
    if row is not None:
        return submission_of(row)
    state = connection.scalar(select(submission.c.state).where(submission.c.id == number))
    if state is None:
        raise NotFound(f"không có bản nộp số {number}")
    raise OutOfTurn(f"bản nộp số {number} {STATES_VI[state]}, nên không làm được bước này")


def _note(connection: Connection, made: Submission, state: State, actor: Actor, reason: str) -> None:
    told = {"submission_id": made.id, "state": state, "actor": actor.name, "person_id": actor.person_id, "reason": reason}
    connection.execute(insert(submission_step).values(**told))
    write_audit(connection, _entry(made, f"submission {state}", actor, reason))
    next_version(connection, VERSIONED)


def _entry(made: Submission, action: str, actor: Actor, reason: str) -> AuditEntry:
    detail = {"report": made.report, "period": made.period, "version": str(made.version), "submission": str(made.id)}
    detail |= {"file": made.file_name, "sha256": made.sha256} | ({"reason": reason} if reason else {})
    return AuditEntry(actor.name, action, made.unit, actor.address, detail)
