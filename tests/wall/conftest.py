"""The published figures, for scenes to be drawn from."""

from tests.loaded import loaded, loaded_template, published

__all__ = ["loaded", "loaded_template", "published"]
