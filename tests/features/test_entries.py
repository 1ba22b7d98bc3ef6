"""Entry points that a change reaches."""

from __future__ import annotations

import pytest

from ramify.features.entries import how_entered
from ramify.features.impact import impact
from tests.features.reading import TOKEN, ident, reading_of, short

HELPER = "def helper(): ...\n"


def entries(texts: dict[str, str]) -> list[tuple[str, str]]:
    answer = impact(reading_of({"lib.py": HELPER, **texts}), TOKEN, [ident("lib:helper")])
    return [(each.kind, short(each.item.id)) for each in answer.entries]


@pytest.mark.parametrize(
    ("decorator", "kind"),
    [
        ("import click\n@click.command()\n", "command"),
        ("import click\n@click.group()\ndef cli(): ...\n@cli.command('x')\n", "command"),
        ("from flask import Flask\napp = Flask('x')\n@app.route('/')\n", "route"),
        ("from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\n", "route"),
        ("from celery import shared_task\n@shared_task\n", "task"),
        ("from django.dispatch import receiver\n@receiver(saved)\n", "signal"),
    ],
)
def test_what_a_framework_calls(decorator: str, kind: str) -> None:
    text = f"from lib import helper\n{decorator}def entry(): helper()\n"
    assert entries({"app.py": text}) == [(kind, "app:entry")]


def test_a_decorator_that_makes_no_entry_point() -> None:
    text = "import functools\nfrom lib import helper\n@functools.cache\ndef f(): helper()\n"
    assert entries({"app.py": text}) == []


def test_tests_are_no_entry_points() -> None:
    head = "from unittest import mock\nfrom lib import helper\n"
    text = head + "@mock.patch('x')\ndef test_f(): helper()\n"
    assert entries({"tests/test_a.py": text}) == []


def test_a_module_with_a_main_block_that_runs_it() -> None:
    text = "from lib import helper\nif __name__ == '__main__':\n    helper()\n"
    assert entries({"tool.py": text}) == [("main", "tool:")]


def test_a_module_with_a_main_block_that_only_imports_it() -> None:
    text = "from lib import helper\nif __name__ == '__main__':\n    print(1)\n"
    assert entries({"tool.py": text}) == []


def test_a_table_of_routes() -> None:
    views = "from lib import helper\ndef view(request): helper()\n"
    urls = "from django.urls import path\nfrom views import view\nurlpatterns = [path('', view)]\n"
    assert entries({"views.py": views, "urls.py": urls}) == [("route", "urls:")]


def test_a_management_command() -> None:
    text = "from lib import helper\nclass Command:\n    def handle(self): helper()\n"
    path = "shop/management/commands/sell.py"
    assert entries({path: text}) == [("command", "shop.management.commands.sell:Command.handle")]


def test_a_script_of_the_build_metadata() -> None:
    texts = {
        "lib.py": HELPER,
        "shop.py": "from lib import helper\ndef main(): helper()\n",
        "pyproject.toml": '[project.scripts]\nshop = "shop:main"\n',
    }
    reading = reading_of({path: text for path, text in texts.items() if path.endswith(".py")})
    reading.snapshot.texts["pyproject.toml"] = texts["pyproject.toml"]  # type: ignore[attr-defined]
    (entry,) = impact(reading, TOKEN, [ident("lib:helper")]).entries
    assert (entry.kind, entry.how) == ("script", "pyproject.toml: `shop`")


def test_what_a_package_offers_stands_last() -> None:
    texts = {
        "shop/__init__.py": "from shop.till import Till\nfrom shop.till import _inner\n",
        "shop/till.py": (
            "from lib import helper\n"
            "class Till:\n    def pay(self): helper()\n    def _count(self): helper()\n"
            "def _inner(): helper()\n"
        ),
        "app.py": (
            "from shop import Till\nimport click\n@click.command()\ndef run(): Till().pay()\n"
        ),
    }
    assert entries(texts) == [("command", "app:run"), ("api", "shop.till:Till.pay")]


def test_what_several_packages_offer_is_offered_by_the_one_around_it() -> None:
    texts = {
        "example/__init__.py": "from shop.cart import total\n",
        "shop/__init__.py": "from shop.cart import total\n",
        "shop/cart.py": "def total(): ...\n",
    }
    reading = reading_of(texts)
    assert how_entered(reading, ident("shop.cart:total")) == "offered by `shop`"
