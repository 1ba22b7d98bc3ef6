"""Classes of Django, and of what stands on it, that are about one model, form or serializer, as
data: by which attribute they say so, and what of theirs is an object of it.

Names alone. The rules that use them are in `analysis.inference.views`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ROW: Final = "row"
ROWS_OF: Final = "rows"
MADE_OF: Final = "made"
CLASS_OF: Final = "class"

MODEL_SOURCES: Final = ("model", "queryset", "get_queryset")
"""Attributes by which a class names its model: a class, or objects of it."""
OPTIONS: Final = "Meta"
"""The class inside of a form, a serializer or a filter that names its model."""
FORM_SOURCES: Final = ("form_class",)
SERIALIZER_SOURCES: Final = ("serializer_class",)

ATTRIBUTES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "object": (ROW, MODEL_SOURCES),
    "instance": (ROW, MODEL_SOURCES),
    "object_list": (ROWS_OF, MODEL_SOURCES),
}
"""Attributes of such an object that nobody sets in sight: what they hold, and of which class."""

METHODS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "get_object": (ROW, MODEL_SOURCES),
    "get_queryset": (ROWS_OF, MODEL_SOURCES),
    "filter_queryset": (ROWS_OF, MODEL_SOURCES),
    "save": (ROW, MODEL_SOURCES),
    "get_form": (MADE_OF, FORM_SOURCES),
    "get_form_class": (CLASS_OF, FORM_SOURCES),
    "get_serializer": (MADE_OF, SERIALIZER_SOURCES),
    "get_serializer_class": (CLASS_OF, SERIALIZER_SOURCES),
}
"""Methods that come with the framework: what they give."""

RUN_OF_FORM: Final = ("clean", "clean_*", "full_clean", "validate", "validate_*")
"""What a view runs of its form or serializer, with a star those whose names begin so."""
SAVES: Final = "save"
"""A method of this name runs that of the object that it gives."""

TAKES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "obj": (ROW, MODEL_SOURCES),
    "instance": (ROW, MODEL_SOURCES),
    "form": (MADE_OF, FORM_SOURCES),
    "serializer": (MADE_OF, SERIALIZER_SOURCES),
}
"""Parameters of such a class's methods."""

REGISTERS_MODEL: Final = "register"
"""`admin.site.register(Model, Admin)`, `@admin.register(Model)`: the class is about the model."""
SENDER: Final = "sender"
SENT: Final = "instance"
"""A receiver that is connected with a sender is given an object of that class by this name."""
