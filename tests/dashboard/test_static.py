"""Static files: compressed once per file, bounded, kept by browsers for a year where the address names a version."""

import gzip
import hashlib
import json
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from dashboard.serving.app import create_app
from dashboard.serving.static import ASSETS, COMPONENTS, CompressedFiles, compress

ROOT = Path(__file__).parents[2]
GZIP = {"Accept-Encoding": "gzip"}
SMALL = 500  # bytes: what is smaller is sent as it is
IMMUTABLE = {"max-age": "31536000", "public": None, "immutable": None}


def ask(server, address, **more):
    return server.test_client().get(address, buffered=True, **more)


@pytest.fixture(scope="module")
def server():
    return create_app().server


@pytest.fixture
def files(server):
    """The compressed files that the server keeps, none at first."""
    files = server.extensions["compressed files"]
    files.bodies.clear()
    return files


@pytest.fixture(scope="module")
def addresses(server):
    """The scripts and style sheets of the page."""
    page = ask(server, "/").text
    found = re.findall(r'(?:src|href)="(/(?:assets|_dash-component-suites)/[^"]+\.(?:js|css)[^"]*)"', page)
    assert any(address.startswith(ASSETS) for address in found)
    assert any(address.startswith(COMPONENTS) for address in found)
    return found


def test_the_files_of_the_page_are_compressed_whole_and_immutable(server, addresses):
    for address in addresses:
        plain, packed = ask(server, address), ask(server, address, headers=GZIP)
        assert plain.status_code == packed.status_code == 200
        if len(plain.data) >= SMALL:
            assert gzip.decompress(packed.data) == plain.data
        if "?m=" in address or re.search(r"\.v\w+m\d+\.", address):
            for answer in plain, packed:
                assert dict(answer.cache_control) == IMMUTABLE, address


def test_every_module_has_one_address_that_names_its_version(server):
    """One that is imported without the map's address would run twice, and keep a second state."""
    page = ask(server, "/").text
    (text,) = re.findall(r'<script type="importmap">(.*?)</script>', page)
    addresses = json.loads(text)["imports"]
    scripts = {f"{ASSETS}{path.relative_to(ROOT / 'assets').as_posix()}" for path in (ROOT / "assets").rglob("*.js")}
    assert addresses.keys() == scripts
    assert set(re.findall(r'<link rel="modulepreload" href="([^"]+)"', page)) == set(addresses.values())
    for plain, versioned in addresses.items():
        assert versioned.startswith(f"{plain}?m=")
        assert dict(ask(server, versioned).cache_control) == IMMUTABLE
    assert not re.search(rf'<script[^>]* src="{ASSETS}', page)  # Dash tags none of them


def test_every_address_of_the_page_s_head_and_style_names_a_version(server):
    """Also those of fonts and of plotly.js, which the page asks for beside Dash."""
    page = ask(server, "/").text
    preloaded = re.findall(r'<link rel="preload" href="([^"]+)" as="(?:font|script)"', page)
    style = (ROOT / "assets/page.css").read_text(encoding="utf-8")
    fonts = [f"{ASSETS}{url}" for url in re.findall(r'url\("([^"]+)"\)', style)]
    assert sum(address.endswith(".woff2") for address in preloaded) == 3
    assert any("plotly" in address for address in preloaded)
    assert {address for address in preloaded if address.endswith(".woff2")} <= set(fonts)  # else loaded twice
    for address in [*preloaded, *fonts]:
        answer = ask(server, address)
        assert (answer.status_code, dict(answer.cache_control)) == (200, IMMUTABLE), address


@pytest.mark.parametrize("font", sorted((ROOT / "assets/fonts").glob("*.woff2")), ids=lambda path: path.name)
def test_a_font_is_named_by_its_content(font):
    assert font.suffixes[-2] == f".{hashlib.sha256(font.read_bytes()).hexdigest()[:8]}"
    assert font.name in (ROOT / "assets/page.css").read_text(encoding="utf-8")


def test_a_name_with_a_hash_that_is_no_file_is_not_kept(server):
    answer = ask(server, f"{ASSETS}fonts/none.01234567.woff2")
    assert (answer.status_code, dict(answer.cache_control)) == (404, {})


def test_queries_and_versions_do_not_grow_the_store(server, files):
    ask(server, f"{ASSETS}page.css", headers=GZIP)
    ask(server, f"{COMPONENTS}plotly/package_data/plotly.min.js", headers=GZIP)
    size = files.bodies.currsize
    assert len(files.bodies) == 2
    for i in range(120):
        for path in (
            f"{ASSETS}page.css?m={i}", f"{ASSETS}{'./' * (i % 7)}page.css?x={i}",
            f"{COMPONENTS}plotly/package_data/plotly.min.js?x={i}",
            f"{COMPONENTS}plotly/package_data/plotly.v7_{i}m{i}.min.js",
        ):  # fmt: skip
            assert ask(server, path, headers=GZIP).status_code == 200
        assert ask(server, f"{ASSETS}none{i}.js", headers=GZIP).status_code == 404
        assert ask(server, f"/data/state?link=steps={i}", headers=GZIP).status_code == 200
        assert ask(server, f"/?steps={i}", headers=GZIP).status_code == 200
    assert (len(files.bodies), files.bodies.currsize) == (2, size)


def test_a_part_of_a_file_is_not_kept_as_the_file(server, files):
    part = ask(server, f"{ASSETS}page.css", headers=GZIP | {"Range": "bytes=0-2000"})
    assert part.status_code == 206
    assert not files.bodies
    whole = ask(server, f"{ASSETS}page.css", headers=GZIP)
    assert gzip.decompress(whole.data) == (ROOT / "assets/page.css").read_bytes()


def test_a_query_that_names_no_present_version_is_revalidated(server, addresses):
    (address,) = (address for address in addresses if "page.css" in address)
    stale = ask(server, re.sub(r"m=.*", "m=1", address), headers=GZIP)
    assert stale.cache_control.no_cache
    assert stale.cache_control.max_age is None
    tag = {"If-None-Match": stale.headers["ETag"]}
    assert ask(server, urlsplit(address).path, headers=GZIP | tag).status_code == 304
    again = ask(server, address, headers=GZIP | tag)
    assert (again.status_code, dict(again.cache_control)) == (304, IMMUTABLE)


def test_a_file_that_changes_is_served_anew(tmp_path):
    server, style = Flask("changing", static_folder=str(tmp_path), static_url_path="/assets"), tmp_path / "page.css"
    compress(server)
    for i, rule in enumerate(("a{}", "b{}")):
        style.write_text(1000 * rule)
        os.utime(style, (1e9 + i, 1e9 + i))
        answer = ask(server, "/assets/page.css?m=1000000000.25", headers=GZIP)
        assert gzip.decompress(answer.data).decode() == 1000 * rule
        assert bool(answer.cache_control.immutable) is (i == 0)


def test_the_store_is_bounded_in_bytes():
    files = CompressedFiles(limit=100)
    for i in range(50):
        files.set(f"br;/assets/{i} None", bytes(30))
        assert files.bodies.currsize <= 90
    assert files.get("br;/assets/49 None") == bytes(30)
    files.set("br;/assets/huge None", bytes(101))
    assert files.get("br;/assets/huge None") is None
    files.set("br;", bytes(3))  # not a static file
    assert files.get("br;") is None
