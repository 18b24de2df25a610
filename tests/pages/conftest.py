"""The published figures, loaded once a run."""

from tests.loaded import loaded, loaded_template, published

__all__ = ["loaded", "loaded_template", "published"]
