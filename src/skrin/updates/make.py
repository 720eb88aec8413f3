"""`skrin make-update`: what the maker of a release does: keys, and a signed set from wheels.

The private key stays with who makes releases; a device has the public half. Make the key on a
machine that serves nothing, and keep a second one in a safe as the next key.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from skrin.updates.release import (
    ANY_PLATFORM,
    Release,
    SetRefused,
    manifest_bytes,
    python_here,
    read_keys,
    read_manifest,
    version_of,
    write_set,
)

EXIT_DONE, EXIT_CANNOT = 0, 2
OUR_WHEEL = "skrin"


def new_key(path: Path) -> str:
    """Make a private key in a file that is not there yet; returns the public half in base64."""
    key = Ed25519PrivateKey.generate()
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(key.private_bytes_raw()) + b"\n")
    return public_half(key)


def public_half(key: Ed25519PrivateKey) -> str:
    """The key that devices get, in base64."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """A key that `new_key` made. Raises `ValueError`, `OSError`."""
    return Ed25519PrivateKey.from_private_bytes(
        base64.b64decode(path.read_text().strip(), validate=True)
    )


def our_version(wheels: Sequence[str]) -> str:
    """The version of the program among the wheels. Raises `ValueError`."""
    found = [name.split("-")[1] for name in wheels if name.split("-")[0] == OUR_WHEEL]
    if len(found) != 1:
        raise ValueError(f"one wheel of {OUR_WHEEL} is wanted, {len(found)} are there")
    version_of(found[0])
    return found[0]


def release_of(options: argparse.Namespace) -> Release:
    """What the set says of itself. Raises `ValueError`, `OSError`, `SetRefused`."""
    wheels = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(options.wheels.glob("*.whl"))
    }
    version = our_version(list(wheels))
    notes = {
        language: path.read_text(encoding="utf-8").strip()
        for language, path in (("sv", options.notes_sv), ("en", options.notes_en))
        if path
    }
    return Release(
        version,
        options.least or version,
        options.python,
        options.platform,
        wheels,
        options.registration_changed,
        notes,
        read_keys(options.keys) if options.keys else (),
    )


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """What can be said on the command line."""
    parser = argparse.ArgumentParser(prog="skrin make-update", description=__doc__)
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="make a key, nothing else")
    parser.add_argument(
        "--wheels",
        type=Path,
        help="a folder with the program's wheel and all it needs: pip wheel -r requirements.lock .",
    )
    parser.add_argument("--key", type=Path, help="the private key to sign with")
    parser.add_argument("--out", type=Path, help="the set; else skrin-VERSION.set")
    parser.add_argument("--least", default="", help="the lowest version that may go to this one")
    parser.add_argument("--python", default=python_here(), help="for which Python")
    parser.add_argument(
        "--platform",
        default=sysconfig.get_platform(),
        help=f"for which machines; `{ANY_PLATFORM}` when no wheel cares",
    )
    parser.add_argument("--notes-sv", type=Path, help="what is new, in Swedish")
    parser.add_argument("--notes-en", type=Path, help="what is new, in English")
    parser.add_argument("--keys", type=Path, help="release-keys that count from this version on")
    parser.add_argument(
        "--registration-changed",
        action="store_true",
        help="something of what is reported changes beside the version",
    )
    options = parser.parse_args(list(argv))
    if not options.new_key and not (options.wheels and options.key):
        parser.error("give --wheels and --key, or --new-key")
    return options


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 made, 2 cannot be made."""
    options = arguments(argv)
    try:
        if options.new_key:
            print(new_key(options.new_key))
            return EXIT_DONE
        release = release_of(options)
        # What no till would read is not signed.
        read_manifest(manifest_bytes(release))
        key = read_private_key(options.key)
        out = options.out or Path(f"skrin-{release.version}.set")
        print(write_set(release, options.wheels, key, out))
    except (OSError, ValueError, SetRefused) as why:
        print(f"The set cannot be made: {why}.", file=sys.stderr)
        return EXIT_CANNOT
    return EXIT_DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
