"""Django's models as data: which classes are models, managers and querysets, what their methods
give, and what is always called the same.

Names alone, public ones and those of the modules that define them (where Django itself is the
workspace). The rules that use them are in `analysis.inference.models`.
"""

from __future__ import annotations

from typing import Final

MODELS: Final = frozenset({"django.db.models.Model", "django.db.models.base.Model"})
QUERYSETS: Final = frozenset({"django.db.models.QuerySet", "django.db.models.query.QuerySet"})
MANAGERS: Final = frozenset(
    {"django.db.models.Manager", "django.db.models.manager.Manager",
     "django.db.models.manager.BaseManager"}
)  # fmt: skip

MANAGER: Final = ("django.db.models.manager", "Manager")
"""Module and name of the manager that a model has if it names none."""
USER: Final = ("django.contrib.auth.models", "User")
GETS_USER: Final = "get_user_model"

DEFAULT_MANAGERS: Final = frozenset({"objects", "_default_manager", "_base_manager"})

FROM_QUERYSET: Final = "from_queryset"
AS_MANAGER: Final = "as_manager"
QUERYSET_CLASS: Final = "_queryset_class"
"""Attribute of a manager's class: the class of what its methods give."""

GIVE_ROW: Final = frozenset(
    """get first last latest earliest create aget afirst alast alatest aearliest acreate
    get_by_natural_key""".split()
)
"""Methods of managers and querysets that give one object of the model."""

GIVE_ROW_AND_FLAG: Final = frozenset(
    "get_or_create update_or_create aget_or_create aupdate_or_create".split()
)

GIVE_ROWS: Final = frozenset(
    """all filter exclude order_by distinct reverse select_related prefetch_related annotate alias
    using only defer none union intersection difference extra select_for_update complex_filter
    iterator raw db_manager get_queryset in_bulk bulk_create""".split()
)
"""Methods that give objects of the same model."""

ONE_RELATED: Final = frozenset({"ForeignKey", "OneToOneField"})
MANY_RELATED: Final = frozenset({"ManyToManyField"})
"""Classes of fields that stand for objects of another model."""

USED: Final = "django"
"""A file that imports it, or something in it, follows its conventions."""

_REQUEST: Final = ("django.http.request", "HttpRequest")
_QUERYSET: Final = ("django.db.models.query", "QuerySet")
_MODEL: Final = ("django.db.models.base", "Model")
_USER: Final = ("django.contrib.auth.base_user", "AbstractBaseUser")

CALLED: Final = {
    "request": _REQUEST,
    "queryset": _QUERYSET,
    "qs": _QUERYSET,
    "instance": _MODEL,
    "user": _USER,
}
"""Module and class of what parameters, and attributes of an object's own, are by their names: views
and middleware take a `request`, filters a `queryset`, forms and signals an `instance`, and who
logs in is a `user`."""

HAVING_MANAGER: Final = frozenset({"_default_manager", "_base_manager"})
"""Attributes that every model has and nothing else."""
MODEL_OF: Final = "model"
"""What a manager or queryset makes its objects of."""
MODEL: Final = _MODEL
