"""Commands and tasks that are run by their names."""

from __future__ import annotations

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, relations

CLICK = """\
# file: shop/cli.py
import click
@click.group()
def cli(): pass
@cli.command()
@click.option("--all")
def sell_all(all): pass
@cli.command("take-back")
def back(): pass
@click.group()
def stock(): pass
@stock.command(name="count")
def count_them(): pass
cli.add_command(stock)
# file: tests/test_cli.py
from click.testing import CliRunner
from shop.cli import cli
"""


def asked(text: str) -> list[str]:
    return [each for each in calls(text) if each.startswith("tests")]


def test_a_command_of_a_group() -> None:
    text = CLICK + (
        "def test_sell():\n    result = CliRunner().invoke(cli, ['sell-all', '--all', 'x'])\n"
        "def test_back():\n    runner = CliRunner()\n    runner.invoke(cli, args=['take-back'])\n"
    )
    assert asked(text) == [
        "tests.test_cli.test_back -> shop.cli.back",
        "tests.test_cli.test_back -> shop.cli.cli",
        "tests.test_cli.test_sell -> shop.cli.cli",
        "tests.test_cli.test_sell -> shop.cli.sell_all",
    ]


def test_a_command_of_a_group_in_a_group() -> None:
    text = CLICK + "def test_count(): CliRunner().invoke(cli, ['stock', 'count'])\n"
    assert asked(text) == [
        "tests.test_cli.test_count -> shop.cli.cli",
        "tests.test_cli.test_count -> shop.cli.count_them",
        "tests.test_cli.test_count -> shop.cli.stock",
    ]


def test_an_application_of_typer() -> None:
    text = """\
# file: app.py
import typer
app = typer.Typer()
users = typer.Typer()
app.add_typer(users, name="users")
@app.command()
def hello(name): pass
@users.command("new")
def create(): pass
# file: tests/test_app.py
from typer.testing import CliRunner
from app import app
runner = CliRunner()
def test_hello(): runner.invoke(app, ["hello", "you"])
def test_new(): runner.invoke(app, ["users", "new"])
"""
    assert [each for each in asked(text) if "app.app" not in each] == [
        "tests.test_app.test_hello -> app.hello",
        "tests.test_app.test_new -> app.create",
    ]


def test_a_command_of_an_application() -> None:
    text = """\
# file: app.py
from flask import Flask
app = Flask("x")
@app.cli.command("init-db")
def init(): pass
# file: tests/test_app.py
def test_init(app): app.test_cli_runner().invoke(args=["init-db"])
"""
    assert asked(text) == ["tests.test_app.test_init -> app.init"]


def test_a_command_by_its_place() -> None:
    text = """\
# file: shop/management/commands/sell.py
from django.core.management.base import BaseCommand
class Command(BaseCommand):
    def add_arguments(self, parser): pass
    def handle(self, **options): pass
# file: tests/test_sell.py
from django.core.management import call_command
def test_sell(): call_command("sell", all=True)
"""
    assert asked(text) == [
        "tests.test_sell.test_sell -> shop.management.commands.sell.Command",
        "tests.test_sell.test_sell -> shop.management.commands.sell.Command.add_arguments",
        "tests.test_sell.test_sell -> shop.management.commands.sell.Command.handle",
    ]


def test_a_command_that_other_tests_install_is_not_meant() -> None:
    text = """\
# file: shop/management/commands/sell.py
class Command: pass
# file: tests/plugins/app/management/commands/sell.py
class Command: pass
# file: tests/test_sell.py
from django.core.management import call_command
def test_sell(): call_command("sell")
# file: tests/plugins/test_app.py
from django.core.management import call_command
def test_sell(): call_command("sell")
"""
    assert asked(text) == [
        "tests.plugins.test_app.test_sell -> shop.management.commands.sell.Command",
        "tests.plugins.test_app.test_sell -> tests.plugins.app.management.commands.sell.Command",
        "tests.test_sell.test_sell -> shop.management.commands.sell.Command",
    ]


def test_tasks_by_their_names() -> None:
    text = """\
# file: shop/tasks.py
from celery import shared_task
@shared_task
def sell(): pass
@shared_task(name="count")
def count_them(): pass
# file: main.py
from celery import current_app, signature
def one(): current_app.send_task("shop.tasks.sell")
def two(): signature("count").delay()
"""
    assert [each for each in calls(text) if each.startswith("main")] == [
        "main.one -> shop.tasks.sell",
        "main.two -> shop.tasks.count_them",
    ]


def test_a_task_that_is_described() -> None:
    text = """\
# file: tasks.py
from celery import shared_task
@shared_task
def sell(x): pass
# file: main.py
from celery import chain, group
from tasks import sell
def one(): chain(sell.s(1), sell.si(2)).apply_async()
def two(): return group(sell.s(n) for n in range(3))
def three(): sell.apply(args=(1,))
"""
    assert [each for each in calls(text) if each.startswith("main")] == [
        "main.one -> tasks.sell",
        "main.three -> tasks.sell",
        "main.two -> tasks.sell",
    ]


def test_what_settings_name() -> None:
    text = """\
# file: shop/middleware.py
class Around:
    def __init__(self, get_response): pass
    def __call__(self, request): pass
def context(request): pass
# file: settings.py
INSTALLED_APPS = ["shop"]
MIDDLEWARE = ["django.middleware.Common", "shop.middleware.Around"]
TEMPLATES = [{"OPTIONS": {"context_processors": ["shop.middleware.context"]}}]
# file: other.py
NAME = "shop.middleware.Around"
"""
    assert relations(text, EdgeKind.USES) == [
        "settings -> shop.middleware.Around",
        "settings -> shop.middleware.context",
    ]
