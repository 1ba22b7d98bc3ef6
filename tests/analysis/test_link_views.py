"""What views, forms, serializers, admin classes and receivers are handed, by what they are about."""

from __future__ import annotations

from tests.analysis.linked import calls, why

SHOP = """\
# file: shop/models.py
from django.db import models
class Item(models.Model):
    def sell(self): pass
class Basket(models.Model):
    def empty(self): pass
# file: shop/forms.py
from django import forms
from shop.models import Item
class ItemForm(forms.ModelForm):
    class Meta:
        model = Item
    def clean(self): self.instance.sell()
    def tidy(self): pass
# file: main.py
from django.views.generic import DetailView, ListView, UpdateView
from django.contrib import admin
from django.db.models.signals import post_save
from django.dispatch import receiver
from rest_framework import serializers, viewsets
from shop.forms import ItemForm
from shop.models import Item
"""


def of_main(text: str) -> list[str]:
    return [each for each in calls(SHOP + text) if each.startswith("main")]


def test_the_object_of_a_view() -> None:
    text = (
        "class One(DetailView):\n    model = Item\n"
        "    def context(self): self.object.sell()\n"
        "    def find(self): self.get_object().sell()\n"
        "    def every(self):\n        for each in self.get_queryset(): each.sell()\n"
    )
    assert of_main(text) == [
        "main.One.context -> shop.models.Item.sell",
        "main.One.every -> shop.models.Item.sell",
        "main.One.find -> shop.models.Item.sell",
    ]
    assert why(SHOP + text, "main.One.find -> shop.models.Item.sell") == ["inferred: framework"]


def test_the_rows_that_a_view_names() -> None:
    text = (
        "class Every(ListView):\n    queryset = Item.objects.all()\n"
        "    def context(self): self.object_list.get().sell()\n"
        "class Some(ListView):\n"
        "    def get_queryset(self): return Item.objects.filter(x=1)\n"
        "    def context(self): self.object_list[0].sell()\n"
    )
    assert of_main(text) == [
        "main.Every.context -> shop.models.Item.sell",
        "main.Some.context -> shop.models.Item.sell",
    ]


def test_the_form_of_a_view_and_what_it_saves() -> None:
    text = (
        "class Change(UpdateView):\n    form_class = ItemForm\n"
        "    def form_valid(self, form):\n        form.tidy()\n        form.save().sell()\n"
        "    def other(self): self.get_form().tidy()\n"
    )
    assert [each for each in of_main(text) if "Form." not in each or "tidy" in each] == [
        "main.Change.form_valid -> shop.forms.ItemForm.tidy",
        "main.Change.form_valid -> shop.models.Item.sell",
        "main.Change.other -> shop.forms.ItemForm.tidy",
    ]


def test_the_instance_of_a_form() -> None:
    assert "shop.forms.ItemForm.clean -> shop.models.Item.sell" in calls(SHOP)


def test_a_serializer_and_a_set_of_views() -> None:
    text = (
        "class ItemSerializer(serializers.ModelSerializer):\n"
        "    class Meta:\n        model = Item\n"
        "    def get_price(self, obj): obj.sell()\n"
        "    def check(self): pass\n"
        "class Items(viewsets.ModelViewSet):\n"
        "    serializer_class = ItemSerializer\n"
        "    def perform_create(self, serializer):\n"
        "        serializer.check()\n        serializer.save().sell()\n"
    )
    assert of_main(text) == [
        "main.ItemSerializer.get_price -> shop.models.Item.sell",
        "main.Items.perform_create -> main.ItemSerializer.check",
        "main.Items.perform_create -> shop.models.Item.sell",
    ]


def test_the_objects_of_an_admin_class() -> None:
    text = (
        "@admin.register(Item)\nclass ItemAdmin(admin.ModelAdmin):\n"
        "    def price(self, obj): obj.sell()\n"
        "class Other(admin.ModelAdmin):\n    def price(self, obj): obj.sell()\n"
        "admin.site.register(Item, Other)\n"
    )
    assert [each for each in of_main(text) if "price" in each] == [
        "main.ItemAdmin.price -> shop.models.Item.sell",
        "main.Other.price -> shop.models.Item.sell",
    ]


def test_a_receiver_of_a_sender() -> None:
    text = (
        "@receiver(post_save, sender=Item)\ndef one(sender, instance, **rest): instance.sell()\n"
        "def two(sender, instance, **rest): instance.sell()\n"
        "post_save.connect(two, sender=Item)\n"
    )
    assert [each for each in of_main(text) if "sell" in each] == [
        "main.one -> shop.models.Item.sell",
        "main.two -> shop.models.Item.sell",
    ]


def test_a_parameter_named_like_a_model() -> None:
    text = "def clear(basket, item, thing): basket.empty(), item.sell(), thing.sell()\n"
    assert of_main(text) == [
        "main.clear -> shop.models.Basket.empty",
        "main.clear -> shop.models.Item.sell",
    ]
    assert why(SHOP + text, "main.clear -> shop.models.Basket.empty") == ["inferred: named like it"]


def test_a_model_of_tests_is_known_by_name_beside_them_alone() -> None:
    text = """\
# file: tests/counting/models.py
from django.db import models
class Tally(models.Model):
    def add(self): pass
# file: tests/counting/tests.py
from django.db import connection
def more(tally): tally.add()
# file: tests/tags/tests.py
from django.db import connection
def more(tally): tally.add()
# file: main.py
from django.db import connection
def more(tally): tally.add()
"""
    assert calls(text) == ["tests.counting.tests.more -> tests.counting.models.Tally.add"]


def test_a_name_that_two_models_have_says_nothing() -> None:
    text = (
        "def clear(basket): basket.empty()\n"
        "# file: other/models.py\nfrom django.db import models\nclass Basket(models.Model): pass\n"
    )
    assert of_main(text) == []


def test_what_a_form_saves_runs_its_own() -> None:
    text = (
        "def change(data): ItemForm(data).save()\n"
        "# file: shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n"
        "    def save(self): super().save()\n    def sell(self): pass\n"
    )
    assert [each for each in of_main(text) if "Form" not in each] == [
        "main.change -> shop.models.Item.save"
    ]


def test_a_view_checks_with_its_form() -> None:
    text = "class Change(UpdateView):\n    form_class = ItemForm\n"
    assert of_main(text) == ["main.Change -> shop.forms.ItemForm.clean"]
