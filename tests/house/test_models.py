"""Tables: each says what it is, quotes are closed to whoever was not asked, time is never naive."""

import pytest
from django.apps import apps
from django.db import connection, models

OWN = ["core", "accounts", "kpis", "vendors", "quotes", "reviews"]
MODELS = [one for label in OWN for one in apps.get_app_config(label).get_models()]
DJANGOS_OWN = {"last_login", "date_joined"}


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one._meta.label)
def test_a_table_says_what_it_holds(model: type[models.Model]) -> None:
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}("), "Django's own text is none"


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one._meta.label)
def test_money_and_measures_are_no_floats(model: type[models.Model]) -> None:
    assert [one.name for one in model._meta.fields if isinstance(one, models.FloatField)] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one._meta.label)
def test_names_say_what_a_time_is(model: type[models.Model]) -> None:
    for field in model._meta.fields:
        if isinstance(field, models.DateTimeField):
            is_clear = field.name == "at" or field.name.endswith(("_at", "_until", "deadline"))
            assert is_clear or field.name in DJANGOS_OWN, field.name


@pytest.mark.django_db
def test_every_table_of_quotes_has_forced_policies() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'quotes\\_%'"
            " AND NOT (relrowsecurity AND relforcerowsecurity)"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT DISTINCT tablename FROM pg_policies WHERE tablename LIKE 'quotes\\_%'"
        )
        tables = {name for (name,) in cursor.fetchall()}
    assert tables == {one._meta.db_table for one in apps.get_app_config("quotes").get_models()}
