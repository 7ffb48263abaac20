"""What a person may do is read in one query, and is what Django would have found in two."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission

from people.backends import Backend
from people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(author) -> User:
    """Somebody with what his role may do and something of his own, a part of which the role may do too."""
    theirs = Permission.objects.filter(group__user=author).order_by("pk")[:1]
    author.user_permissions.set([*theirs, Permission.objects.exclude(group__user=author).order_by("pk")[0]])
    return User.objects.get(pk=author.pk)


def test_it_is_what_django_finds_in_one_query(both, django_assert_num_queries):
    expected = ModelBackend().get_all_permissions(User.objects.get(pk=both.pk))
    Backend().get_all_permissions(both)
    again = User.objects.get(pk=both.pk)

    with django_assert_num_queries(1):
        found = Backend().get_all_permissions(again)
        assert again.has_perm(next(iter(sorted(found))))

    assert found == expected
    assert len(found) > 2


def test_a_closed_account_a_stranger_and_single_objects_have_none(both):
    closed = User.objects.get(pk=both.pk)
    closed.is_active = False

    assert Backend().get_all_permissions(closed) == set()
    assert Backend().get_all_permissions(AnonymousUser()) == set()
    assert Backend().get_all_permissions(both, obj=both) == set()


def test_a_superuser_may_do_everything(admin_user):
    assert len(Backend().get_all_permissions(admin_user)) == Permission.objects.count()


def test_what_is_taken_away_is_gone_at_the_next_request(both):
    assert Backend().get_all_permissions(both)

    both.groups.clear()
    both.user_permissions.clear()

    assert Backend().get_all_permissions(User.objects.get(pk=both.pk)) == set()
