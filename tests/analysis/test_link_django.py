"""Django's models: managers, querysets, relations, signals."""

from __future__ import annotations

from tests.analysis.linked import calls, why

MODELS = """\
# file: models.py
from django.db import models
class Kept(models.QuerySet):
    def live(self): return self.filter(x=1)
class Boss(models.Manager):
    def known(self): return self.all()
class Author(models.Model):
    objects = Boss()
    def greet(self): pass
class Tag(models.Model):
    def label(self): pass
class Post(models.Model):
    objects = Kept.as_manager()
    author = models.ForeignKey(Author, 1)
    editor = models.ForeignKey("Author", 1, related_name="edited")
    tags = models.ManyToManyField("Tag")
    def show(self): pass
class Both(models.Model):
    objects = models.Manager.from_queryset(Kept)()
    def show(self): pass
# file: main.py
from models import *
"""


def test_a_method_of_the_queryset() -> None:
    assert "main -> models.Kept.live" in calls(MODELS + "Post.objects.exclude(x=1).live()\n")


def test_a_method_of_the_manager() -> None:
    assert "main -> models.Boss.known" in calls(MODELS + "Author.objects.known()\n")


def test_a_manager_made_of_a_queryset() -> None:
    text = MODELS + "Both.objects.live().get().show()\n"
    assert [c for c in calls(text) if c.startswith("main")] == [
        "main -> models.Both.show",
        "main -> models.Kept.live",
    ]


def test_iteration_gives_objects_of_the_model() -> None:
    text = MODELS + "for tag in Tag.objects.filter(x=1): tag.label()\n"
    assert "main -> models.Tag.label" in calls(text)
    assert why(text, "main -> models.Tag.label") == ["inferred: framework"]


def test_one_object() -> None:
    text = MODELS + "Tag.objects.all()[0].label()\nPost.objects.live().last().show()\n"
    assert [c for c in calls(text) if c.startswith("main")] == [
        "main -> models.Kept.live",
        "main -> models.Post.show",
        "main -> models.Tag.label",
    ]


def test_get_or_create_gives_a_pair() -> None:
    text = MODELS + "tag, created = Tag.objects.get_or_create()\ntag.label()\n"
    assert "main -> models.Tag.label" in calls(text)


def test_a_foreign_key() -> None:
    text = MODELS + "def f(post: Post): post.author.greet(), post.editor.greet()\n"
    assert "main.f -> models.Author.greet" in calls(text)


def test_many_to_many() -> None:
    text = MODELS + "def f(post: Post): [tag.label() for tag in post.tags.all()]\n"
    assert "main.f -> models.Tag.label" in calls(text)


def test_what_a_relation_sees_from_the_other_side() -> None:
    text = MODELS + "def f(a: Author): a.post_set.live(), a.edited.first().show()\n"
    assert [c for c in calls(text) if c.startswith("main.f")] == [
        "main.f -> models.Kept.live",
        "main.f -> models.Post.show",
    ]


def test_django_itself() -> None:
    text = """\
# file: django/db/models/__init__.py
from .base import Model
from .manager import Manager
# file: django/db/models/query.py
class QuerySet:
    def _chain(self): return self.__class__()
    def filter(self): return self._chain()
    def get(self): pass
# file: django/db/models/manager.py
from django.db.models.query import QuerySet
class BaseManager:
    @classmethod
    def from_queryset(cls, queryset): return type("", (cls,), {})
    def get_queryset(self): return self._queryset_class()
    def all(self): return self.get_queryset()
class Manager(BaseManager.from_queryset(QuerySet)): pass
# file: django/db/models/base.py
class Model: pass
# file: app.py
from django.db.models import Model
class Post(Model):
    def show(self): pass
def use(): Post.objects.all().filter().get().show()
"""
    assert [c for c in calls(text) if c.startswith("app.use")] == [
        "app.use -> app.Post.show",
        "app.use -> django.db.models.manager.BaseManager.all",
        "app.use -> django.db.models.query.QuerySet.filter",
        "app.use -> django.db.models.query.QuerySet.get",
    ]
