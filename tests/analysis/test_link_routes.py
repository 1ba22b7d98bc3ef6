"""Who asks for a path, or names a route, and what serves it."""

from __future__ import annotations

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, relations, why

FLASK = """\
# file: shop/app.py
from flask import Flask
from shop.cart import bp
app = Flask(__name__)
app.register_blueprint(bp)
@app.before_request
def load_user(): pass
@app.route("/")
def home(): pass
@app.get("/items/<int:id>")
def item(id): pass
@app.post("/items/<int:id>")
def buy(id): pass
# file: shop/cart.py
from flask import Blueprint, redirect, url_for
bp = Blueprint("cart", __name__, url_prefix="/cart")
@bp.route("/add", methods=["POST"])
def add(): return redirect(url_for("cart.show"))
@bp.route("/")
def show(): pass
# file: tests/test_shop.py
"""


def asked(text: str) -> list[str]:
    return [each for each in calls(text) if each.startswith("tests")]


def test_a_path_of_the_application() -> None:
    text = FLASK + "def test_home(client): client.get('/')\n"
    assert asked(text) == [
        "tests.test_shop.test_home -> shop.app.home",
        "tests.test_shop.test_home -> shop.app.load_user",
    ]
    assert why(text, "tests.test_shop.test_home -> shop.app.home") == [
        "inferred: serves what is requested"
    ]


def test_a_path_with_something_filled_in_and_the_verb() -> None:
    text = FLASK + (
        "def test_item(client): client.get('/items/3?full=1')\n"
        "def test_buy(client, n): client.post(f'/items/{n}', data={})\n"
        "def test_no(client): client.delete('/items/3'), client.get('/other')\n"
    )
    assert asked(text) == [
        "tests.test_shop.test_buy -> shop.app.buy",
        "tests.test_shop.test_buy -> shop.app.load_user",
        "tests.test_shop.test_item -> shop.app.item",
        "tests.test_shop.test_item -> shop.app.load_user",
    ]


def test_a_path_of_a_part_and_what_runs_around_it() -> None:
    text = FLASK + "def test_add(client): client.post('/cart/add')\n"
    assert asked(text) == [
        "tests.test_shop.test_add -> shop.app.load_user",
        "tests.test_shop.test_add -> shop.cart.add",
    ]


def test_code_that_is_no_test_asks_for_nothing() -> None:
    text = FLASK + "# file: shop/cache.py\ndef fetch(cache): cache.get('/items/3')\n"
    assert [each for each in calls(text) if each.startswith("shop.cache")] == []


def test_a_table_is_no_client() -> None:
    text = FLASK + "def test_table(): {'/': 1}.get('/')\n"
    assert asked(text) == []


def test_a_route_that_is_named() -> None:
    assert "shop.cart.add -> shop.cart.show" in relations(FLASK, EdgeKind.USES)
    assert why(FLASK, "shop.cart.add -> shop.cart.show") == ["inferred: serves what is named"]


def test_a_test_that_asks_by_name() -> None:
    text = FLASK + (
        "from flask import url_for\n"
        "def test_show(client):\n    url = url_for('cart.show')\n    client.get(url)\n"
    )
    assert "tests.test_shop.test_show -> shop.cart.show" in asked(text)


DJANGO = """\
# file: blog/views.py
from django.views.generic import DetailView, ListView
class PostList(ListView):
    def get_queryset(self): pass
    def helper(self): pass
class PostDetail(DetailView):
    def get(self, request, pk): pass
    def post(self, request, pk): pass
def archive(request, year): pass
# file: blog/urls.py
from django.urls import path, re_path
from django.contrib.auth.decorators import login_required
from blog import views
app_name = "blog"
urlpatterns = [
    path("", views.PostList.as_view(), name="list"),
    path("post/<int:pk>/", login_required(views.PostDetail.as_view()), name="detail"),
    re_path(r"^archive/(?P<year>\\d{4})/$", views.archive, name="archive"),
]
# file: site/urls.py
from django.urls import include, path
urlpatterns = [path("blog/", include("blog.urls"))]
# file: tests/test_blog.py
from django.urls import reverse
"""


def test_a_view_that_is_a_class_serves_by_the_verb() -> None:
    text = DJANGO + "def test_it(client): client.post('/blog/post/3/')\n"
    assert asked(text) == [
        "tests.test_blog.test_it -> blog.views.PostDetail",
        "tests.test_blog.test_it -> blog.views.PostDetail.post",
    ]


def test_a_pattern() -> None:
    text = DJANGO + "def test_it(client): client.get('/blog/archive/2020/')\n"
    assert asked(text) == ["tests.test_blog.test_it -> blog.views.archive"]


def test_a_name_within_its_app() -> None:
    text = DJANGO + (
        "class TestBlog:\n"
        "    def setup_method(self): self.url = reverse('blog:list')\n"
        "    def test_it(self): self.client.get(self.url)\n"
        "    def test_other(self): self.client.get(reverse('shop:list'))\n"
    )
    assert [each for each in asked(text) if "setup" not in each] == [
        "tests.test_blog.TestBlog.test_it -> blog.views.PostList",
        "tests.test_blog.TestBlog.test_it -> blog.views.PostList.get_queryset",
    ]


FASTAPI = """\
# file: api/items.py
from fastapi import APIRouter, Depends
def checked(): pass
def counted(): pass
router = APIRouter(prefix="/items", dependencies=[Depends(checked)])
@router.get("/{id}", dependencies=[Depends(counted)])
def read(id): pass
@router.get("/")
def every(): pass
# file: api/main.py
from fastapi import FastAPI
from api.items import router
app = FastAPI()
app.include_router(router, prefix="/v1")
@app.get("/files/{name:path}")
def file(name): pass
# file: tests/test_api.py
from fastapi.testclient import TestClient
from api.main import app
client = TestClient(app)
"""


def test_a_router_below_a_prefix() -> None:
    text = FASTAPI + (
        "def test_one(): client.get('/v1/items/3')\ndef test_all(): client.get('/v1/items/')\n"
    )
    assert asked(text) == [
        "tests.test_api.test_all -> api.items.every",
        "tests.test_api.test_one -> api.items.read",
    ]


def test_the_rest_of_a_path() -> None:
    text = FASTAPI + "def test_file(): client.get('/files/home/me/x.txt')\n"
    assert asked(text) == ["tests.test_api.test_file -> api.main.file"]


def test_what_a_route_and_its_router_depend_on() -> None:
    assert [each for each in calls(FASTAPI) if each.startswith("api.items.")] == [
        "api.items.every -> api.items.checked",
        "api.items.read -> api.items.checked",
        "api.items.read -> api.items.counted",
    ]


def test_of_many_applications_the_one_imported_is_meant() -> None:
    apps = "".join(
        f"# file: app{n}.py\nfrom fastapi import FastAPI\napp = FastAPI()\n"
        "@app.get('/items/')\ndef read(): pass\n"
        for n in range(80)
    )
    text = apps + (
        "# file: test_app.py\nfrom fastapi.testclient import TestClient\nfrom app7 import app\n"
        "client = TestClient(app)\ndef test_read(): client.get('/items/')\n"
    )
    assert [each for each in calls(text) if each.startswith("test_app")] == [
        "test_app.test_read -> app7.read"
    ]


def test_routes_of_another_test_are_its_own() -> None:
    text = (
        "# file: tests/test_a.py\nfrom flask import Flask\napp = Flask('a')\n"
        "@app.get('/x')\ndef x(): pass\n"
        "# file: tests/test_b.py\ndef test_x(client): client.get('/x')\n"
    )
    assert asked(text) == []


def test_another_application_than_the_one_at_hand_serves_nothing() -> None:
    text = FLASK + (
        "from flask import Flask\nother = Flask('other')\n@other.get('/own')\ndef own(): pass\n"
        "def test_item(): other.test_client().get('/items/3')\n"
    )
    assert asked(text) == []


def test_the_end_of_a_path_that_two_may_serve_says_nothing() -> None:
    part = "from flask import Blueprint\nbp = Blueprint('x', 'x')\n@bp.get('/edit')\ndef edit(): pass\n"
    text = (
        f"# file: one.py\n{part}# file: two.py\n{part}"
        "# file: tests/test_x.py\ndef test_x(client): client.get('/some/edit')\n"
    )
    assert asked(text) == []


def test_what_makes_requests_sends_none() -> None:
    text = (
        FLASK + "def test_item(request_factory, rf): request_factory.get('/items/3'), rf.get('/')\n"
    )
    assert asked(text) == []


def test_a_view_kept_in_a_variable() -> None:
    text = """\
# file: views.py
from django.views.generic import FormView
class Login(FormView):
    def form_valid(self, form): pass
login = Login.as_view()
# file: urls.py
from django.urls import path
import views
urlpatterns = [path("login/", views.login, name="login")]
# file: tests/test_login.py
from django.urls import reverse
def test_login(client): client.post(reverse("login"), {})
"""
    assert asked(text) == [
        "tests.test_login.test_login -> views.Login",
        "tests.test_login.test_login -> views.Login.form_valid",
    ]


def test_a_part_put_below_a_path_elsewhere() -> None:
    text = """\
# file: admin.py
from fastapi import APIRouter
router = APIRouter()
@router.post("/")
def update(): pass
# file: app.py
from fastapi import Depends, FastAPI
import admin
def token(): pass
def header(): pass
app = FastAPI(dependencies=[Depends(token)])
app.include_router(admin.router, prefix="/admin", dependencies=[Depends(header)])
# file: tests/test_app.py
from app import app
def test_update(client): client.post("/admin/"), client.post("/")
"""
    assert [each for each in calls(text) if "tests" in each or "admin" in each] == [
        "admin.update -> app.header",
        "admin.update -> app.token",
        "tests.test_app.test_update -> admin.update",
    ]


def test_the_routes_of_a_module_below_a_path() -> None:
    text = DJANGO + "def test_it(client): client.get('/blog/')\n"
    assert asked(text) == [
        "tests.test_blog.test_it -> blog.views.PostList",
        "tests.test_blog.test_it -> blog.views.PostList.get_queryset",
    ]


def test_paths_that_a_test_is_parametrized_with() -> None:
    text = FLASK + (
        "import pytest\n@pytest.mark.parametrize('path', ('/', '/items/3'))\n"
        "def test_all(client, path): client.get(path)\n"
        "def test_loop(client):\n    for path in ['/items/1']: client.post(path)\n"
    )
    assert asked(text) == [
        "tests.test_shop.test_all -> shop.app.home",
        "tests.test_shop.test_all -> shop.app.item",
        "tests.test_shop.test_all -> shop.app.load_user",
        "tests.test_shop.test_loop -> shop.app.buy",
        "tests.test_shop.test_loop -> shop.app.load_user",
    ]


def test_what_a_part_runs_around_every_request() -> None:
    text = """\
# file: auth.py
from flask import Blueprint
bp = Blueprint("auth", "auth")
@bp.before_app_request
def load_user(): pass
@bp.before_request
def check(): pass
# file: app.py
from flask import Flask
app = Flask("x")
@app.get("/hello")
def hello(): pass
# file: tests/test_app.py
def test_hello(client): client.get("/hello")
"""
    assert asked(text) == [
        "tests.test_app.test_hello -> app.hello",
        "tests.test_app.test_hello -> auth.load_user",
    ]


def test_what_a_class_lists_stands_below_a_path() -> None:
    text = """\
# file: site/pages.py
from django.urls import path
class Site:
    def get_urls(self): return [path("", self.index), path("logout/", self.logout)]
    def index(self, request): pass
    def logout(self, request): pass
# file: accounts/urls.py
from django.urls import path
from accounts import views
urlpatterns = [path("logout/", views.logout)]
# file: accounts/views.py
def logout(request): pass
# file: tests/test_site.py
def test_home(client): client.get("/")
def test_logout(client): client.post("/logout/")
def test_logout_of_site(client): client.post("/site/logout/")
"""
    assert asked(text) == [
        "tests.test_site.test_logout -> accounts.views.logout",
        "tests.test_site.test_logout_of_site -> site.pages.Site.logout",
    ]
