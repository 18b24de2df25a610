"""What people decide about held records: that one was put right by hand, or that it need not come in. Both leave who and why behind."""

from sqlalchemy import func, update

from dashboard.store import Store
from dashboard.store.accounts import AuditEntry, write_audit
from dashboard.store.runs import next_version
from dashboard.store.schema import quarantine
from dashboard.store.turns import VERSIONED


def dismiss(store: Store, feed: str, which: int | str, why: str, entry: AuditEntry) -> int:
    """Lets open records go without taking them in, one by its number or all of one reason, with the audit row; how many.

    The same record, read again from the same source, is not held again.
    """
    mine = (quarantine.c.feed == feed) & quarantine.c.released_at.is_(None)
    mine &= quarantine.c.id == which if isinstance(which, int) else quarantine.c.reason == which
    with store.transaction([]) as connection:
        decided = {"released_at": func.clock_timestamp(), "dismissed_by": entry.actor, "dismissed_why": why}
        count = connection.execute(update(quarantine).where(mine).values(**decided)).rowcount
        if count:
            write_audit(connection, entry)
            next_version(connection, VERSIONED)
        return count


def corrected(store: Store, number: int, run_id: int, entry: AuditEntry) -> None:
    """Notes that a held record came in by a run that somebody put right by hand, with the audit row."""
    decided = {"released_at": func.clock_timestamp(), "released_by": run_id, "corrected_by": entry.actor}
    with store.transaction([]) as connection:
        connection.execute(update(quarantine).where(quarantine.c.id == number).values(**decided))
        write_audit(connection, entry)
        next_version(connection, VERSIONED)
