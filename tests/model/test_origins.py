from __future__ import annotations

import pytest

from threatwright.model.origins import exact_origin


@pytest.mark.parametrize(
    "origin",
    [
        "https://staging.example.com:443",
        "http://127.0.0.1:8900",
        "http://localhost:8900",
        "http://[::1]:8900",
        "https://10.0.0.7:8443",
        "https://xn--bcher-kva.example:443",
        "https://[2001:db8::7]:443",
    ],
)
def test_an_exact_origin_is_taken_as_it_is(origin: str) -> None:
    assert exact_origin(origin) == origin


@pytest.mark.parametrize(
    ("origin", "problem"),
    [
        ("https://staging.example.com", "name the port too, as in :443"),
        ("http://staging.example.com", "name the port too, as in :80"),
        ("https://staging.example.com:443/", "it ends after the port"),
        ("https://staging.example.com:443/v1", "it ends after the port"),
        ("https://staging.example.com:443?x=1", "it ends after the port"),
        ("https://*.example.com:443", "no wildcard"),
        ("https://user:word@example.com:443", "no user name"),
        ("https://example.com:443@127.0.0.1:80", "no user name"),
        ("ftp://example.com:21", "scheme being https or http"),
        ("example.com:443", "scheme being https or http"),
        ("HTTPS://example.com:443", "small letters"),
        ("https://Example.com:443", "small letters"),
        ("https://exämple.com:443", "ASCII"),
        ("https://example.com:0", "port"),
        ("https://example.com:0443", "port"),
        ("https://example.com:65536", "port"),
        ("https://example.com.:443", "not a name"),
        ("https://-x.example.com:443", "not a name"),
        ("https://exa mple.com:443", "not a name"),
        ("https://:443", "not a name"),
        ("https://example.com:443\n", "ends after the port"),
    ],
)
def test_anything_but_an_exact_origin_says_what_is_wrong(origin: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        exact_origin(origin)


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "127.0.0.01", "1.2.3.4.5"],
)
def test_an_address_has_one_spelling(host: str) -> None:
    with pytest.raises(ValueError, match="four decimal numbers"):
        exact_origin(f"http://{host}:80")


@pytest.mark.parametrize("host", ["[0:0:0:0:0:0:0:1]", "[fe80::1%25eth0]", "[::0001]"])
def test_an_address_in_brackets_has_one_spelling_too(host: str) -> None:
    with pytest.raises(ValueError, match=r"write the address as \[|no IPv6"):
        exact_origin(f"http://{host}:80")


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "[fd00:ec2::254]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "metadata.google.internal",
        "metadata",
        "instance-data",
    ],
)
def test_where_clouds_keep_credentials_is_refused_under_every_name(host: str) -> None:
    with pytest.raises(ValueError, match=r"keeps credentials|local link"):
        exact_origin(f"http://{host}:80")


@pytest.mark.parametrize("host", ["169.254.1.1", "[fe80::1]"])
def test_addresses_of_the_local_link_are_refused(host: str) -> None:
    with pytest.raises(ValueError, match="local link"):
        exact_origin(f"http://{host}:80")


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "224.0.0.1", "255.255.255.255", "[ff02::1]"])
def test_what_stands_for_many_hosts_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="single host"):
        exact_origin(f"http://{host}:80")
