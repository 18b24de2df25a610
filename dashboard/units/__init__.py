"""Administrative units and agencies through time: what a code or a name meant on a given day."""

from dashboard.units.names import agency_code
from dashboard.units.registry import UnitRegistry
from dashboard.units.unit import Tier, Unit

__all__ = ["Tier", "Unit", "UnitRegistry", "agency_code"]
