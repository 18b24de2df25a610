"""The pages: one file each. A module of this package that holds `PAGE` is a page; its address also needs a line in `access/roles.py`."""

import importlib
import pkgutil

from dashboard.web import Page


def all_pages() -> tuple[Page, ...]:
    """Every page, in the order of the navigation."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    return tuple(sorted((module.PAGE for module in modules if hasattr(module, "PAGE")), key=lambda page: (page.order, page.key)))
