"""Where a Python program is entered from outside: what frameworks call without anybody naming it.

Names of decorators and places, no logic. A decorator is meant by its qualified name or, where the
object it belongs to is unknown, by the last part of it.
"""

from __future__ import annotations

from typing import Final

from ramify.languages.spec import EntryPoints

ENTRY_POINTS: Final = EntryPoints(
    decorators={
        "click.command": "command",
        "click.group": "command",
        "click.decorators.command": "command",
        "click.decorators.group": "command",
        "typer.Typer.command": "command",
        "typer.Typer.callback": "command",
        "flask.Flask.cli.command": "command",
        "celery.shared_task": "task",
        "celery.Celery.task": "task",
        "celery.app.shared_task": "task",
        "dramatiq.actor": "task",
        "huey.task": "task",
        "rq.decorators.job": "task",
        "invoke.task": "task",
        "django.dispatch.receiver": "signal",
        "django.dispatch.dispatcher.receiver": "signal",
        "django.contrib.admin.action": "command",
        "django.core.checks.register": "check",
        "django.core.checks.registry.register": "check",
        "django.template.Library.filter": "template",
        "django.template.Library.tag": "template",
        "django.template.Library.simple_tag": "template",
        "django.template.Library.inclusion_tag": "template",
        "django.template.library.Library.filter": "template",
        "django.template.library.Library.tag": "template",
        "django.template.library.Library.simple_tag": "template",
        "django.template.library.Library.simple_block_tag": "template",
        "django.template.library.Library.inclusion_tag": "template",
        "atexit.register": "signal",
        "bottle.route": "route",
        "rest_framework.decorators.api_view": "route",
        "rest_framework.decorators.action": "route",
        "sanic.Sanic.route": "route",
    },
    members={
        "route": "route",
        "get": "route",
        "post": "route",
        "put": "route",
        "patch": "route",
        "delete": "route",
        "head": "route",
        "options": "route",
        "websocket": "route",
        "api_route": "route",
        "before_request": "route",
        "after_request": "route",
        "teardown_request": "route",
        "before_app_request": "route",
        "after_app_request": "route",
        "app_errorhandler": "route",
        "errorhandler": "route",
        "exception_handler": "route",
        "middleware": "route",
        "command": "command",
        "group": "command",
        "task": "task",
        "periodic_task": "task",
        "on_event": "signal",
        "event": "signal",
        "listens_for": "signal",
        "receiver": "signal",
        "connect_via": "signal",
        "hookimpl": "signal",
    },
    tables={
        "urlpatterns": "route",
        "websocket_urlpatterns": "route",
        "MIDDLEWARE": "route",
        "CELERY_BEAT_SCHEDULE": "task",
    },
    methods={
        ("Command", "handle"): "command",
        ("Command", "handle_label"): "command",
        ("Command", "handle_app_config"): "command",
        ("Migration", "operations"): "migration",
    },
    method_paths={"command": "/management/commands/", "migration": "/migrations/"},
    passive_bases=frozenset(
        {
            "abc.ABC",
            "builtins.",
            "collections.",
            "collections.abc.",
            "dataclasses.",
            "enum.",
            "msgspec.Struct",
            "typing.",
            "typing_extensions.",
        }
    ),
    passive_decorators=frozenset(
        {
            "abc.",
            "builtins.",
            "builtins.property.",
            "contextlib.",
            "dataclasses.",
            "functools.",
            "types.",
            "typing.",
            "typing_extensions.",
        }
    ),
    main_modules=frozenset({"__main__", "manage"}),
    main_guard=b"__main__",
)
