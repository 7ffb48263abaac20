"""A package index configured for pip is used by uv as well."""

from pathlib import Path

from web.bootstrap import uv_settings


def test_an_index_and_its_certificate_are_passed_on() -> None:
    said = "global.cert='/etc/ca.pem'\nglobal.index-url='https://mirror.example/simple'\nglobal.timeout='60'\n"
    assert uv_settings(said) == {
        "SSL_CERT_FILE": "/etc/ca.pem",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_several_indexes_on_lines_of_their_own_become_a_list() -> None:
    said = "global.extra-index-url='\\nfile:///srv/one\\nhttps://two.example/simple'\n"
    assert uv_settings(said)["UV_INDEX"] == "file:///srv/one https://two.example/simple"


def test_the_environment_wins_over_the_command_and_the_command_over_all() -> None:
    lines = [
        ":env:.index-url='https://c.example'",
        "global.index-url='https://a.example'",
        "install.index-url='https://b.example'",
    ]
    assert uv_settings("\n".join(lines))["UV_DEFAULT_INDEX"] == "https://c.example"
    assert uv_settings("\n".join(lines[1:]))["UV_DEFAULT_INDEX"] == "https://b.example"


def test_a_folder_of_links_that_is_not_there_is_left_out(tmp_path: Path) -> None:
    said = f"global.find-links='{tmp_path} /not/there https://wheels.example'\n"
    assert uv_settings(said)["UV_FIND_LINKS"] == f"{tmp_path},https://wheels.example"
    assert "UV_FIND_LINKS" not in uv_settings("global.find-links='/not/there'\n")


def test_nothing_configured_leaves_uv_as_it_is() -> None:
    assert set(uv_settings("")) == {"UV_INDEX_STRATEGY"}
