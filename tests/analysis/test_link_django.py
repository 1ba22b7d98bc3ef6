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


DJANGO = """\
# file: django/http/request.py
class HttpRequest:
    def get_host(self): pass
class WSGIRequest(HttpRequest):
    def get_host(self): pass
# file: django/db/models/base.py
class Model:
    def save(self): pass
# file: django/db/models/query.py
class QuerySet:
    def __init__(self, model=None): self.model = model
    def filter(self): return self
    def create(self): return self.model().save()
# file: django/db/models/manager.py
from django.db.models.query import QuerySet
class Manager(QuerySet): pass
"""


def from_app(text: str) -> list[str]:
    return [each for each in calls(DJANGO + text) if each.startswith("app")]


def test_a_request_is_known_by_its_name() -> None:
    text = """\
# file: app.py
import django.http
def view(request): request.get_host()
class Mixin:
    def host(self): return self.request.get_host()
"""
    host = "django.http.request.HttpRequest.get_host"
    assert from_app(text) == [f"app.Mixin.host -> {host}", f"app.view -> {host}"]
    assert why(DJANGO + text, f"app.view -> {host}") == ["inferred: framework"]


def test_a_request_of_those_who_know_no_django_is_anything() -> None:
    assert from_app("# file: app.py\ndef view(request): request.get_host()\n") == []


def test_the_request_of_a_fixture_is_none_of_django() -> None:
    text = """\
# file: test_app.py
import django.http, pytest
@pytest.fixture
def app(request): request.get_host()
"""
    assert [each for each in calls(DJANGO + text) if each.startswith("test_app")] == []


def test_what_is_declared_counts_more_than_a_name() -> None:
    text = """\
# file: app.py
from django.http.request import WSGIRequest
def view(request: WSGIRequest): request.get_host()
"""
    assert from_app(text) == ["app.view -> django.http.request.WSGIRequest.get_host"]


def test_every_model_has_its_default_manager() -> None:
    text = """\
# file: app.py
import django.db
def check(model): model._default_manager.filter()
def other(model): model._other.filter()
"""
    assert from_app(text) == ["app.check -> django.db.models.query.QuerySet.filter"]


def test_an_instance_and_what_a_queryset_makes_are_models() -> None:
    text = "# file: app.py\nimport django.db\ndef after(sender, instance): instance.save()\n"
    save = "django.db.models.base.Model.save"
    assert from_app(text) == [f"app.after -> {save}"]
    assert f"django.db.models.query.QuerySet.create -> {save}" in calls(
        DJANGO.replace("class QuerySet", "import django.db\nclass QuerySet")
    )


def test_a_manager_that_asks_the_one_above_for_its_rows() -> None:
    text = """\
# file: app.py
from django.db.models import Manager
class Current(Manager):
    def get_queryset(self): return super().get_queryset().filter()
# file: django/db/models/__init__.py
from .manager import Manager
# file: django/db/models/query.py
class QuerySet:
    def filter(self): return self
# file: django/db/models/manager.py
from .query import QuerySet
class BaseManager:
    @classmethod
    def from_queryset(cls, queryset): return type("", (cls,), {})
    def get_queryset(self): return self._queryset_class()
class Manager(BaseManager.from_queryset(QuerySet)): pass
"""
    assert "app.Current.get_queryset -> django.db.models.query.QuerySet.filter" in calls(text)


def test_what_a_manager_makes_is_a_model_whatever_it_began_with() -> None:
    text = """\
# file: django/db/models/manager.py
import django
class Manager:
    def __init__(self): self.model = None
# file: app.py
from django.db.models.manager import Manager
class Own(Manager):
    def make(self): self.model().save()
"""
    assert from_app(text) == [
        "app.Own.make -> django.db.models.base.Model",
        "app.Own.make -> django.db.models.base.Model.save",
    ]


def test_a_manager_that_is_given_many_models_makes_some_model() -> None:
    kinds = "".join(f"class M{n}(Model): pass\nown.join(M{n})\n" for n in range(12))
    text = f"""\
# file: django/db/models/manager.py
import django
class Manager:
    def join(self, cls): self.model = cls
# file: app.py
from django.db.models.base import Model
from django.db.models.manager import Manager
class Own(Manager):
    def make(self): self.model().save()
own = Own()
{kinds}"""
    assert "app.Own.make -> django.db.models.base.Model.save" in from_app(text)


def test_a_model_asked_for_by_name() -> None:
    text = (
        MODELS
        + """\
import django
def forwards(apps, schema_editor):
    Tag = apps.get_model("blog", "Tag")
    for tag in Tag.objects.all(): tag.label()
# file: blog/models.py
from django.db import models
class Tag(models.Model):
    def label(self): pass
"""
    )
    assert [each for each in calls(text) if each.startswith("main")] == [
        "main.forwards -> blog.models.Tag.label"
    ]
    assert why(text, "main.forwards -> blog.models.Tag.label") == ["inferred: framework"]


def test_the_app_beside_this_one_is_meant() -> None:
    text = """\
# file: shop/apps/stock/models.py
from django.db import models
class Item(models.Model):
    def count(self): pass
# file: shop/apps/basket/views.py
from shop.loading import get_model
Item = get_model("stock", "Item")
def view(request, pk): Item.objects.get(pk=pk).count()
# file: shop/loading.py
def get_model(app, name): return apps[app][name]
"""
    assert calls(text) == [
        "shop.apps.basket.views -> shop.loading.get_model",
        "shop.apps.basket.views.view -> shop.apps.stock.models.Item.count",
    ]


def test_an_object_or_an_error_page() -> None:
    text = MODELS + (
        "from django.shortcuts import get_object_or_404\n"
        "get_object_or_404(Tag, pk=1).label()\n"
        "get_object_or_404(Post.objects.all(), pk=1).show()\n"
    )
    assert [each for each in calls(text) if each.startswith("main")] == [
        "main -> models.Post.show",
        "main -> models.Tag.label",
    ]


def test_a_manager_makes_the_models_that_name_it() -> None:
    text = """\
# file: app.py
from django.db.models.base import Model
from django.db.models.manager import Manager
class Users(Manager):
    def make(self): return self.model().greet()
class User(Model):
    objects = Users()
    def greet(self): pass
# file: django/db/models/manager.py
class Manager:
    model = None
"""
    assert "app.Users.make -> app.User.greet" in from_app(text)


def test_what_anything_has_by_its_name() -> None:
    text = """\
# file: app.py
import django.http
def one(form): form.instance.save()
def other(context): context.request.get_host()
def third(choices): choices.queryset.filter()
def fourth(view): view.model().save()
"""
    assert from_app(text) == [
        "app.fourth -> django.db.models.base.Model",
        "app.fourth -> django.db.models.base.Model.save",
        "app.one -> django.db.models.base.Model.save",
        "app.other -> django.http.request.HttpRequest.get_host",
        "app.third -> django.db.models.query.QuerySet.filter",
    ]


def test_an_object_of_the_admin() -> None:
    text = """\
# file: django/contrib/admin/options.py
import django
class BaseModelAdmin:
    def save_model(self, request, obj): obj.save()
class Other:
    def save_model(self, obj): obj.save()
"""
    assert [each for each in calls(DJANGO + text) if "options" in each] == [
        "django.contrib.admin.options.BaseModelAdmin.save_model -> django.db.models.base.Model.save"
    ]


def test_rows_of_nobody_knows_what_are_models() -> None:
    text = """\
# file: app.py
import django.db
def clear(queryset):
    for each in queryset.filter(): each.save()
"""
    assert "app.clear -> django.db.models.base.Model.save" in calls(
        DJANGO.replace("class QuerySet", "import django.db\nclass QuerySet") + text
    )


def test_a_manager_outside_asks_for_its_rows() -> None:
    text = """\
# file: app.py
from django.db import models
class Live(models.Manager):
    def get_queryset(self): return super().get_queryset().filter(live=True)
class Post(models.Model):
    objects = Live()
    def save(self, **rest): super().save(**rest)
def use(): Post.objects.filter(x=1)
def other(post: Post): post.get_next_by_date()
"""
    assert "app.use -> app.Live.get_queryset" in calls(text)
    assert why(text, "app.use -> app.Live.get_queryset") == ["inferred: run by a base outside"]
    assert "app.other -> app.Post.save" not in calls(text)
