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
GETS_MODEL: Final = "get_model"
"""Gives the model that two texts, or one with a dot, name: of an app, then of a class."""
MODEL_PLACES: Final = ("models", "abstract_models")
"""Modules of an app that define its models."""
GET_OR_404: Final = frozenset({"get_object_or_404", "aget_object_or_404", "get_list_or_404"})
"""Give an object, or objects, of the model or queryset that is their first argument."""

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

_APPS: Final = ("django.apps.registry", "Apps")
_MANAGER: Final = MANAGER

CALLED: Final = {
    "request": _REQUEST,
    "queryset": _QUERYSET,
    "qs": _QUERYSET,
    "instance": _MODEL,
    "user": _USER,
    "apps": _APPS,
}
"""Module and class of what parameters, and attributes of an object's own, are by their names: views
and middleware take a `request`, filters a `queryset`, forms and signals an `instance`, who logs in
is a `user`, and a migration asks `apps` for models."""

REGISTRY: Final = _APPS
"""Known by what it is asked for, whether or not Django is part of the workspace."""

OF_ANYTHING: Final = {
    "_default_manager": _MANAGER,
    "_base_manager": _MANAGER,
    "objects": _MANAGER,
    "queryset": _QUERYSET,
    "instance": _MODEL,
    "request": _REQUEST,
    "user": _USER,
}
"""The same of attributes of something unknown."""
ALWAYS: Final = frozenset({"_default_manager", "_base_manager"})
"""Of those what every model has and nothing else."""
MODEL_OF: Final = "model"
"""What a manager, a queryset, a view or a form is about: a class."""
MODEL: Final = _MODEL

TAKEN: Final = {
    "obj": (_MODEL, frozenset({"django.contrib.admin.options.BaseModelAdmin"})),
}
"""What a parameter is in methods of some classes and of those below."""

MANAGED: Final = "<managed>"
"""A model hands itself under this name to the classes of its managers."""
NAMED_MODEL: Final = "model "
"""Before its name in small letters: a model hands itself to whoever looks for one of that name."""
NAMED_OTHERWISE: Final = frozenset(
    """action category_name choice code context country data document email event field file form
    formset group image instance key language line link message model name node object option page
    parser path permission query queryset request response result session setting site state
    status tag task template title token type url user value view widget""".split()
)
"""Names that mean something else as often as the model that is called so."""
