"""How web frameworks are told which function serves which path, and how tests and code ask for one:
by its path, or by the name of the route.

Names alone. The rules that use them are in `analysis.inference.routes` and
`analysis.linking.edges.routes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

VERBS: Final = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace"})
"""Methods of a test client, and decorators that serve requests of that kind."""
OPENS: Final = VERBS | {
    "open", "request", "fetch", "generic", "websocket_connect", "aget", "apost", "get_json",
    "simulate_get", "simulate_post", "simulate_request", "simulate_put", "simulate_delete",
}  # fmt: skip
"""Methods of a test client whose first text that is a path is asked for."""

DECORATES: Final = VERBS | {
    "route", "api_route", "websocket", "websocket_route", "expose", "custom_route", "action",
}  # fmt: skip
"""Decorators whose first argument is the path that what they decorate serves."""
HOOKS: Final = frozenset(
    {"before_request", "after_request", "teardown_request", "before_app_request",
     "after_app_request", "teardown_app_request", "url_value_preprocessor", "context_processor"}
)  # fmt: skip
"""Decorators of what runs around every request that the same application or part of it serves."""
HOOKS_OF_ALL: Final = frozenset(
    {"before_app_request", "after_app_request", "teardown_app_request", "app_context_processor"}
)


class Registering(NamedTuple):
    """Where a call that registers a view has the path and the view, by position or keyword."""

    path: tuple[int | str, ...]
    view: tuple[int | str, ...]
    is_regex: bool = False


REGISTERS: Final[Mapping[str, Registering]] = {
    "path": Registering((0, "route"), (1, "view")),
    "re_path": Registering((0, "route"), (1, "view"), is_regex=True),
    "url": Registering((0, "regex"), (1, "view"), is_regex=True),
    "URLSpec": Registering((0,), (1,), is_regex=True),
    "add_url_rule": Registering((0, "rule"), (2, "view_func")),
    "add_api_route": Registering((0, "path"), (1, "endpoint")),
    "add_api_websocket_route": Registering((0, "path"), (1, "endpoint")),
    "add_route": Registering((0, "path", "uri_template"), (1, "route", "endpoint", "handler")),
    "add_websocket_route": Registering((0, "path"), (1, "route")),
    "Route": Registering((0, "path"), (1, "endpoint")),
    "WebSocketRoute": Registering((0, "path"), (1, "endpoint")),
    "APIRoute": Registering((0, "path"), (1, "endpoint")),
    "add_get": Registering((0,), (1,)),
    "add_post": Registering((0,), (1,)),
    "add_resource": Registering((1,), (0,)),
    "register": Registering((0, "prefix"), (1, "viewset")),
}
NAMES_ROUTE: Final = ("name", "endpoint")
"""Keywords that name a route."""
METHODS: Final = "methods"
MAKES_VIEW: Final = "as_view"
AS_VIEW: Final = "as_"
"""What makes a view of a class is called so: `as_view`, `as_asgi`."""

PREFIXES: Final = ("url_prefix", "prefix")
"""Keywords by which the part of an application that routes are registered with begins them all."""
APPLICATIONS: Final = frozenset({"Flask", "FastAPI", "Starlette", "Quart", "Sanic", "Bottle"})
"""What serves exactly the paths that it is told: parts of an application are put below others."""
INCLUDES: Final = frozenset({"include_router", "register_blueprint", "mount"})
"""Methods that put a part of an application below it, or below another part."""
REPLACES_PREFIX: Final = "register_blueprint"
"""Of those the one by which a part forgets where it said itself that it stands."""
INCLUDE: Final = "include"
"""`path("blog/", include("blog.urls"))`: the routes of a module stand below a path."""
LISTS_PATHS: Final = "get_urls"
"""The method of a class that lists the paths of a part, which always stands below some path."""
NAMESPACE: Final = "app_name"
"""The variable of a module that names all its routes together."""
DEPENDENCIES: Final = "dependencies"
"""The keyword of an application, a part of one or a route that lists what runs before the view."""

REVERSES: Final = frozenset(
    {"reverse", "reverse_lazy", "url_for", "url_path_for", "resolve_url", "redirect",
     "headless_reverse"}
)  # fmt: skip
"""Functions whose first argument is the name of a route."""

ASKS_NOTHING: Final = ("factory", "rf")
"""What a thing is called at its end that makes requests and sends none."""

HANDLERS: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("dispatch", "setup", "initial", "prepare", "get_queryset", "get_object", "get_permissions",
         "test_func", "has_permission", "get_serializer_class", "get_serializer_context",
         "filter_queryset", "get_form_class", "get_form", "get_form_kwargs", "get_initial",
         "dispatch_request"),
    "get": ("get", "list", "retrieve", "get_context_data", "get_template_names", "render"),
    "post": ("post", "create", "perform_create", "form_valid", "form_invalid", "get_success_url"),
    "put": ("put", "update", "perform_update"),
    "patch": ("patch", "partial_update", "perform_update"),
    "delete": ("delete", "destroy", "perform_destroy"),
}  # fmt: skip
"""What a view that is a class runs of its own for any request, and for one of a kind."""

SETTINGS: Final = frozenset({"MIDDLEWARE", "INSTALLED_APPS", "ROOT_URLCONF"})
"""Variables by which a module is known that names classes and functions by their whole path."""
