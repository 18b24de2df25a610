"""Every kind of scene; a module here holds one, named SCENE. To add a kind is to add a file."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from dashboard.wall.kind import SceneKind


@cache
def all_kinds() -> Mapping[str, SceneKind]:
    """All kinds by key."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    kinds = [module.SCENE for module in modules]
    return {kind.key: kind for kind in kinds}
