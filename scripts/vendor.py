"""Copies the pinned browser libraries from node_modules, each with its licence, to static/vendor.

With --check it only tells whether the copies are what package.json pins.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
LIBRARIES = {
    "d3-hierarchy": ["dist/d3-hierarchy.min.mjs", "LICENSE"],
    "htmx.org": ["dist/htmx.min.js", "LICENSE"],
    "plotly.js-cartesian-dist-min": ["plotly-cartesian.min.js", "LICENSE"],
    "@digital-go-jp/design-tokens": ["dist/tokens.css", "LICENSE"],
    # The font of PDFs: 漢字 that can be read small; the SIL Open Font License.
    "@expo-google-fonts/biz-udpgothic": [
        "400Regular/BIZUDPGothic_400Regular.ttf",
        "LICENSE_FONT",
    ],
}


def copies() -> dict[Path, bytes]:
    """Return every file that belongs into static/vendor with its content."""
    found = {}
    versions = []
    for name, files in LIBRARIES.items():
        package = MODULES / name
        about = json.loads((package / "package.json").read_text())
        versions.append(f"{name} {about['version']} ({about['license']})")
        for file in files:
            target = VENDOR / name.removeprefix("@") / Path(file).name
            found[target] = (package / file).read_bytes()
    found[VENDOR / "VERSIONS"] = ("\n".join(versions) + "\n").encode()
    return found


def main() -> None:
    """Copy, or compare."""
    for target, content in copies().items():
        if "--check" not in sys.argv:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        elif not target.exists() or target.read_bytes() != content:
            sys.exit(
                f"{target.relative_to(ROOT)} is not what package.json pins: run `make vendor`."
            )


if __name__ == "__main__":
    main()
