"""Administrative units and agencies through time: what a code or a name meant on a given day."""

from dashboard.units.names import agency_code, is_agency_code, organ_id
from dashboard.units.registry import UnitRegistry
from dashboard.units.unit import Reckoning, Tier, Unit

__all__ = ["Reckoning", "Tier", "Unit", "UnitRegistry", "agency_code", "is_agency_code", "organ_id"]
