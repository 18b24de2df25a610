"""The family of errors.

Each error's text is one line for the operator: it names the thing at fault and never holds a secret.
"""


class DashboardError(Exception):
    """Head of the family; the command line prints its text and ends with `exit_code`."""

    exit_code = 1


class ConfigurationError(DashboardError):
    """What an operator must put right before the program can start: a setting, a file of `data/`, a port, a folder."""

    exit_code = 2


class PeriodError(DashboardError):
    """A text that is no period, or a period that cannot be used so."""


class FigureError(DashboardError):
    """Figures that cannot be put together: a part larger than its whole, a target of nothing, buckets that do not fit."""


class UnitFault(DashboardError):
    """A code or name that means no one unit; `said_vi` tells it to people, who read it in quarantine."""

    def __init__(self, text: str, said_vi: str = "") -> None:
        """`text` is for the operator."""
        super().__init__(text)
        self.said_vi = said_vi or text


class UnitUnknown(UnitFault):
    """A code or name that no unit bore on that day."""


class UnitAmbiguous(UnitFault):
    """A code or name that more than one unit bore on that day; the registry never guesses."""


class BoundariesError(DashboardError):
    """Figures that cannot be carried to other borders; the text says why, in Vietnamese."""


class FeedError(DashboardError):
    """A feed whose source could not be read at all, or brought fewer records than it must."""


class WorkbookError(DashboardError):
    """A file from a province that cannot be read as tables, or holds none that fits; the text says why, in Vietnamese, and what to do.

    `kind` names the trouble: unknown, password, macros, bomb, too_large, empty, damaged, encoding.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class NotFound(DashboardError):
    """Something asked for by name that is not there."""


class NoFigures(NotFound):
    """Something that is there, but of which no figure has come yet."""


class MixedProvenance(NoFigures):
    """Figures that may not stand together: some are simulated, some are not."""


class OutOfTurn(DashboardError):
    """A step that the state of a thing does not allow (any more); the text says why, in Vietnamese."""


class NotYours(DashboardError):
    """Something that this person may not do with that very thing, whatever their role may do with others; in Vietnamese."""


class StoreUnavailable(DashboardError):
    """The database does not answer."""


class CameraError(DashboardError):
    """A camera that gives no picture which a browser could play; `state` says which kind of trouble (`camera/states.py`)."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state = state


class Locked(DashboardError):
    """A camera's password that cannot be opened, or kept, with the keys at hand; the text is Vietnamese."""


class FieldsRefused(DashboardError):
    """What somebody wrote into a form cannot be kept; `fields` says per field why, in Vietnamese, and repeats nothing of it."""

    def __init__(self, fields: "dict[str, str]") -> None:
        super().__init__("; ".join(f"{name}: {said}" for name, said in sorted(fields.items())))
        self.fields = fields


class ChangedMeanwhile(DashboardError):
    """Somebody else has changed what is to be changed; the text says who, in Vietnamese."""


class OfferRefused(DashboardError):
    """A viewer's offer that cannot be answered: no SDP, no video, no H.264 in it."""


class RelayUnavailable(DashboardError):
    """No relay answers, or the one that does says that the camera gives no picture."""


class RelayFull(RelayUnavailable):
    """Every relay serves as many viewers as it may, or has no port left for one more."""
